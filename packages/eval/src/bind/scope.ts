import type { SlotScope, VariableReference } from "../syntax/syntax-tree.ts";

/** What a name may refer to at some place: environments from the inside out, then the globals. */
export interface Scope {
  readonly parent: Scope | undefined;
  /** Slots by name; undefined for the environment of a `with`. */
  readonly slots: ReadonlyMap<string, number> | undefined;
  readonly layout: SlotScope;
}

/** Where `name` is found from `scope`; undefined if nowhere. What is in scope by name wins over every `with`. */
export function resolveName(
  name: string,
  scope: Scope | undefined,
  globals: ReadonlySet<string>,
): VariableReference | undefined {
  let level = 0;
  let withLevels: number[] | undefined;
  for (let current = scope; current !== undefined; current = current.parent) {
    if (current.slots === undefined) {
      withLevels ??= [];
      withLevels.push(level);
    } else {
      const slot = current.slots.get(name);
      if (slot !== undefined) return { kind: "slot", level, slot, scope: current.layout };
    }
    level++;
  }
  if (globals.has(name)) return { kind: "global", name };
  return withLevels === undefined ? undefined : { kind: "with", levels: withLevels };
}

/** Every name that could have been meant at this place, for suggestions. */
export function namesInScope(scope: Scope | undefined, globals: ReadonlySet<string>): string[] {
  const names: string[] = [];
  for (let current = scope; current !== undefined; current = current.parent) {
    if (current.slots !== undefined) names.push(...current.slots.keys());
  }
  return [...names, ...globals];
}
