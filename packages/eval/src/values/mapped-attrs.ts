import { Attrs, emptyAttrs, knownValue, type SlotMaker } from "./attrs.ts";
import { Deferred, type Environment, forceSlot, shareFilled, shareSlot } from "./thunk.ts";
import type { Lazy, Value } from "./value.ts";

/** A set with the names of `source`, whose values are made when they are asked for. */
export function mapAttrs(source: Attrs, compute: (name: string, value: Lazy) => Value): Attrs {
  if (source.isEmpty) return emptyAttrs;
  const { shape } = source.flatten();
  const slots: Environment = new Array(shape.names.length + 1);
  const computeAt = (index: number) => compute(shape.names[index] as string, source.shareAt(index));
  // What a value is computed from is its index alone.
  slots[0] = new Deferred((index) => computeAt(index as unknown as number));
  return new Attrs(shape.withoutPositions(), slots, mappedMaker);
}

const asEnvironment = (index: number): Environment => index as unknown as Environment;

const mappedMaker: SlotMaker = {
  share(slots, index) {
    if (slots[index + 1] !== undefined) return shareFilled(slots, index + 1);
    return shareSlot(slots, index + 1, slots[0] as Deferred, asEnvironment(index));
  },
  force: (slots, index) => forceSlot(slots, index + 1, slots[0] as Deferred, asEnvironment(index)),
  peek: (slots, index) => knownValue(slots[index + 1] as Lazy | undefined),
};
