/** What comes of a program. Whether it throws or fails is whether tryEval would catch it. */
export type Outcome =
  | { readonly kind: "prints"; readonly output: string }
  | { readonly kind: "throws" }
  | { readonly kind: "fails"; readonly message: string };

/**
 * Whether a program evaluates, or fails in a way that can be caught. As XML, since that is written in the order of the
 * names, while the order in which `--strict` comes to the attributes of a set is nobody's promise.
 */
export function guarded(program: string): string {
  return `(builtins.tryEval (builtins.toXML ${program})).success`;
}
