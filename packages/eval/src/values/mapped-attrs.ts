import { Attrs, emptyAttrs, knownValue, type SlotMaker } from "./attrs.ts";
import { Deferred, type Environment, forceSlot, shareFilled, shareSlot } from "./thunk.ts";
import type { Lazy, Value } from "./value.ts";

/** A set with the names of `source`, whose values are made when they are asked for. */
export function mapAttrs(source: Attrs, compute: (name: string, value: Lazy) => Value): Attrs {
  if (source.isEmpty) return emptyAttrs;
  const { shape } = source.flatten();
  const slots: Environment = new Array(shape.names.length + 1);
  slots[0] = { source, compute };
  return new Attrs(shape.withoutPositions(), slots, mappedMaker);
}

interface Mapping {
  readonly source: Attrs;
  readonly compute: (name: string, value: Lazy) => Value;
}

function computation(slots: Environment, index: number): Deferred {
  const { source, compute } = slots[0] as Mapping;
  return new Deferred(() => compute(source.shape.names[index] as string, source.shareAt(index)));
}

const mappedMaker: SlotMaker = {
  share(slots, index) {
    if (slots[index + 1] !== undefined) return shareFilled(slots, index + 1);
    return shareSlot(slots, index + 1, computation(slots, index), slots);
  },
  force: (slots, index) => forceSlot(slots, index + 1, computation(slots, index), slots),
  peek: (slots, index) => knownValue(slots[index + 1] as Lazy | undefined),
};
