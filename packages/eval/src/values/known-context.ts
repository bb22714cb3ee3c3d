import { Attrs } from "./attrs.ts";
import { type ContextElement, contextElements } from "./context.ts";
import { Thunk } from "./thunk.ts";
import { ContextString, isList, type Lazy, type Value } from "./value.ts";

/** What the strings of a value refer to, in as much of it as has been computed. */
export function knownContext(value: Lazy): readonly ContextElement[] {
  const found = new Map<string, ContextElement>();
  const seen = new Set<Value>();
  const pending: (Lazy | undefined)[] = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    const known = next instanceof Thunk ? next.known : next;
    if (known instanceof ContextString) {
      for (const element of contextElements(known.context)) found.set(element.key, element);
    } else if (known instanceof Attrs || (known !== undefined && isList(known))) {
      if (seen.has(known)) continue;
      seen.add(known);
      if (isList(known)) for (const element of known) pending.push(element);
      else for (const index of known.names().keys()) pending.push(known.peekAt(index));
    }
  }
  return [...found.values()];
}
