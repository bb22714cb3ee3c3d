/** Built-ins that evaluate arguments in another order since Nix 2.13 or later, as functions that do as Nix 2.8 does. */
const older: Readonly<Record<string, string>> = {
  map: "(f: list: map (x: f x) list)",
  genList: "(f: count: builtins.genList (x: f x) count)",
  // Of `all`, the function is evaluated even if there is no element.
  filter: "(f: list: builtins.seq (builtins.all f [ ]) (builtins.filter f list))",
  sort: "(f: list: builtins.seq (builtins.all f [ ]) (builtins.sort f list))",
  // Even where there is nothing to start from.
  genericClosure:
    "(set: builtins.seq (builtins.length set.startSet) (builtins.seq set.operator (builtins.genericClosure set)))",
  // That forces two integers, one after the other.
  substring:
    '(start: count: text: builtins.seq (builtins.bitAnd start count) (builtins.seq "${text}" (builtins.substring start count text)))',
};

const callees = /\b(?:builtins\s*\.\s*)?(map|genList|filter|sort|genericClosure|substring)\b/g;

/** The program with those built-ins replaced, so that a newer evaluator does what Nix 2.8 does. Undefined without any. */
export function withOlderLaziness(program: string): string | undefined {
  const replaced = program.replace(callees, (_, name: string) => older[name] ?? name);
  return replaced === program ? undefined : replaced;
}
