import { Attrs } from "../values/attrs.ts";
import { isList, type Lazy, type Value } from "../values/value.ts";
import type { Machine } from "./machine.ts";

/** Forces a value and everything in it; what was seen before is not entered again. */
export function forceDeep(machine: Machine, value: Lazy): Value {
  const seen = new Set<Value>();
  const visit = (lazy: Lazy): Value => {
    const forced = machine.force(lazy);
    if (forced instanceof Attrs) {
      if (seen.has(forced)) return forced;
      seen.add(forced);
      forced.flatten();
      const { names } = forced.shape;
      for (let index = 0; index < names.length; index++) {
        try {
          visit(forced.forceAt(index));
        } catch (error) {
          throw machine.traced(
            error,
            `while evaluating the attribute '${names[index]}'`,
            forced.shape.positionAt(index),
          );
        }
      }
    } else if (isList(forced)) {
      if (seen.has(forced)) return forced;
      seen.add(forced);
      for (const element of forced) visit(element);
    }
    return forced;
  };
  return visit(value);
}
