/**
 * What a string refers to in the store: a plain path, one output of a derivation, or a derivation with all its outputs
 * and inputs ("deep", written `=path` by Nix).
 */
export class ContextElement {
  readonly kind: "path" | "output" | "derivation";
  readonly path: string;
  /** The output's name, for `output` only; "" otherwise. */
  readonly output: string;
  #key: string | undefined;

  constructor(kind: "path" | "output" | "derivation", path: string, output = "") {
    this.kind = kind;
    this.path = path;
    this.output = output;
    this.#key = undefined;
  }

  /** `path`, `!output!path` or `=path`: equal for equal elements, and the order of elements in Nix. */
  get key(): string {
    if (this.kind === "path") return this.path;
    this.#key ??= this.kind === "output" ? `!${this.output}!${this.path}` : `=${this.path}`;
    return this.#key;
  }
}

class ContextJoin {
  readonly left: Context;
  readonly right: Context;
  elements: readonly ContextElement[] | undefined;

  constructor(left: Context, right: Context) {
    this.left = left;
    this.right = right;
    this.elements = undefined;
  }
}

/** A non-empty set of context elements; joining two costs nothing until somebody asks for the elements. */
export type Context = ContextElement | ContextJoin;

export function joinContexts(left: Context | undefined, right: Context | undefined): Context | undefined {
  if (left === undefined || left === right) return right;
  if (right === undefined) return left;
  return new ContextJoin(left, right);
}

/** Each element once, ascending by `key`. */
export function contextElements(context: Context | undefined): readonly ContextElement[] {
  if (context === undefined) return [];
  if (context instanceof ContextElement) return [context];
  if (context.elements !== undefined) return context.elements;
  const found = new Map<string, ContextElement>();
  const seen = new Set<Context>();
  const pending: Context[] = [context];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next instanceof ContextElement) found.set(next.key, next);
    else if (next.elements !== undefined) for (const element of next.elements) found.set(element.key, element);
    else pending.push(next.right, next.left);
  }
  const sorted = [...found.keys()].sort().map((key) => found.get(key) as ContextElement);
  context.elements = sorted;
  return sorted;
}

/**
 * Adds the elements of a context to `found`, in no order and equal ones perhaps twice, and all that it is joined of to
 * `seen`; what is there already was added before.
 */
export function gatherElements(context: Context | undefined, seen: Set<Context>, found: ContextElement[]): void {
  if (context === undefined || seen.has(context)) return;
  const pending: Context[] = [context];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (next instanceof ContextElement) found.push(next);
    else pending.push(next.right, next.left);
  }
}

/** The context of exactly these elements; undefined for none. */
export function contextOfElements(elements: Iterable<ContextElement>): Context | undefined {
  let context: Context | undefined;
  for (const element of elements) context = joinContexts(context, element);
  return context;
}
