import { makeAttrs } from "./values/attrs.ts";
import type { Value } from "./values/value.ts";

/** Cuts a NIX_PATH into its entries. A colon before `//` belongs to a URL. */
export function splitSearchPath(text: string): string[] {
  const entries: string[] = [];
  let current = "";
  for (let at = 0; at < text.length; at++) {
    if (text[at] === ":" && !(text.startsWith("://", at) && /^([^=:]*=)?[a-z+]+$/.test(current))) {
      if (current !== "") entries.push(current);
      current = "";
    } else current += text[at];
  }
  if (current !== "") entries.push(current);
  return entries;
}

/** `builtins.nixPath` for entries such as `nixpkgs=/path` or `/path`. */
export function searchPathValue(entries: readonly string[]): Value {
  return entries.map((entry) => {
    const equals = entry.indexOf("=");
    return makeAttrs([
      ["prefix", equals < 0 ? "" : entry.slice(0, equals)],
      ["path", equals < 0 ? entry : entry.slice(equals + 1)],
    ]);
  });
}
