import { emptyShape, Shape } from "./shape.ts";
import { type Environment, Thunk } from "./thunk.ts";
import type { Lazy, Value } from "./value.ts";

/** Fills the empty slots of a layer when somebody asks for them. `slots[0]` is the maker's own. */
export interface SlotMaker {
  /** Puts a value or a thunk into the empty (or pending) slot `index + 1`, and returns it. */
  share(slots: Environment, index: number): Lazy;
  /** Computes the empty slot `index + 1`, keeps the value there and returns it. */
  force(slots: Environment, index: number): Value;
  /** The value of a slot where it is known without computing anything. */
  peek(slots: Environment, index: number): Value | undefined;
}

/** For sets whose slots are all filled when they are made. */
export const noMaker: SlotMaker = {
  share: (slots, index) => slots[index + 1] as Lazy,
  force: (slots, index) => slots[index + 1] as Value,
  peek: (slots, index) => knownValue(slots[index + 1] as Lazy),
};

/** The value of what may be a thunk, if it has been computed. */
export function knownValue(content: Lazy | undefined): Value | undefined {
  return content instanceof Thunk ? content.known : content;
}

const maxDepth = 8;
const eagerMergeLimit = 16;

/**
 * An attribute set: one layer of names and slots on top of the set it updates (`base // layer`). Look-ups walk the
 * layers; what needs all names in order merges the layers first, in place, which nobody can notice.
 */
export class Attrs {
  shape: Shape;
  /** Slot `index + 1` belongs to `shape.names[index]`; slot 0 to the maker. Forced values are written back. */
  slots: Environment;
  maker: SlotMaker;
  base: Attrs | null;
  #depth: number;

  constructor(shape: Shape, slots: Environment, maker: SlotMaker, base: Attrs | null = null) {
    this.shape = shape;
    this.slots = slots;
    this.maker = maker;
    this.base = base;
    this.#depth = base === null ? 1 : base.#depth + 1;
  }

  /** The attribute's value or thunk; undefined if there is none of that name. */
  get(name: string): Lazy | undefined {
    for (let layer: Attrs | null = this; layer !== null; layer = layer.base) {
      const index = layer.shape.indexOf(name);
      if (index >= 0) return layer.shareAt(index);
    }
    return undefined;
  }

  /** The attribute's value, computed and kept; undefined if there is none of that name. */
  force(name: string): Value | undefined {
    for (let layer: Attrs | null = this; layer !== null; layer = layer.base) {
      const index = layer.shape.indexOf(name);
      if (index >= 0) return layer.forceAt(index);
    }
    return undefined;
  }

  /** As `get` for a name that shapes know the index of. */
  getWellKnown(which: "toString" | "outPath" | "type"): Lazy | undefined {
    for (let layer: Attrs | null = this; layer !== null; layer = layer.base) {
      const index = layer.shape.wellKnown[which];
      if (index >= 0) return layer.shareAt(index);
    }
    return undefined;
  }

  has(name: string): boolean {
    for (let layer: Attrs | null = this; layer !== null; layer = layer.base) {
      if (layer.shape.indexOf(name) >= 0) return true;
    }
    return false;
  }

  /** Where the attribute was defined; 0 if unknown or absent. */
  positionOf(name: string): number {
    for (let layer: Attrs | null = this; layer !== null; layer = layer.base) {
      const index = layer.shape.indexOf(name);
      if (index >= 0) return layer.shape.positionAt(index);
    }
    return 0;
  }

  /** The value at an index of this layer's own shape. */
  forceAt(index: number): Value {
    const content = this.slots[index + 1];
    if (content === undefined) return this.maker.force(this.slots, index);
    if (content instanceof Thunk) {
      const value = content.force();
      this.slots[index + 1] = value;
      return value;
    }
    return content as Value;
  }

  /** The value or thunk at an index of this layer's own shape. */
  shareAt(index: number): Lazy {
    const content = this.slots[index + 1];
    return content === undefined || content instanceof Thunk ? this.maker.share(this.slots, index) : (content as Lazy);
  }

  /** The value at an index of `names()`, if it is known without computing anything. */
  peekAt(index: number): Value | undefined {
    const content = this.slots[index + 1];
    return content === undefined ? this.maker.peek(this.slots, index) : knownValue(content as Lazy);
  }

  get isEmpty(): boolean {
    return this.base === null && this.shape.names.length === 0;
  }

  get size(): number {
    return this.flatten().shape.names.length;
  }

  /** No less than `size`, without any merging. */
  get sizeAtMost(): number {
    let count = 0;
    for (let layer: Attrs | null = this; layer !== null; layer = layer.base) count += layer.shape.names.length;
    return count;
  }

  /** This set without the attributes of these names. */
  without(names: readonly string[]): Attrs {
    if (!names.some((name) => this.has(name))) return this;
    const { reduced, origin } = this.flatten().shape.without(names);
    if (origin.length === 0) return emptyAttrs;
    const count = origin.length;
    const slots: Environment = new Array(count + 1);
    if (count > eagerMergeLimit) {
      slots[0] = { upper: this.slots, upperMaker: this.maker, lower: this.slots, lowerMaker: this.maker, origin };
      return new Attrs(reduced, slots, mergedMaker);
    }
    slots[0] = null;
    for (let index = 0; index < count; index++) slots[index + 1] = this.shareAt(origin[index] as number);
    return new Attrs(reduced, slots, noMaker);
  }

  /** All names, ascending by bytes. */
  names(): readonly string[] {
    return this.flatten().shape.names;
  }

  /** Calls back for each attribute, ascending by name. */
  forEach(visit: (name: string, value: Lazy, position: number) => void): void {
    const { shape } = this.flatten();
    for (let index = 0; index < shape.names.length; index++) {
      visit(shape.names[index] as string, this.shareAt(index), shape.positionAt(index));
    }
  }

  /** The value or thunk at an index of `names()`. */
  valueAt(index: number): Lazy {
    return this.flatten().shareAt(index);
  }

  /** This set, made of one layer. */
  flatten(): this {
    while (this.base !== null) this.#mergeOnce();
    return this;
  }

  /** `this // above`. */
  update(above: Attrs): Attrs {
    if (above.isEmpty) return this;
    if (this.isEmpty) return above;
    const below = above.base === null ? this : this.update(above.base);
    const result = new Attrs(above.shape, above.slots, above.maker, below);
    if (result.#depth > maxDepth) result.#compact();
    return result;
  }

  /** Merges layers from the top while the next is not much larger: the work for n updates is n log n. */
  #compact(): void {
    do this.#mergeOnce();
    while (this.base !== null && this.base.shape.names.length <= 2 * this.shape.names.length);
  }

  #mergeOnce(): void {
    const below = this.base as Attrs;
    const { merged, origin } = this.shape.mergeOver(below.shape);
    const count = merged.names.length;
    const slots: Environment = new Array(count + 1);
    if (count <= eagerMergeLimit) {
      slots[0] = null;
      for (let index = 0; index < count; index++) {
        const from = origin[index] as number;
        slots[index + 1] = from >= 0 ? this.shareAt(from) : below.shareAt(-1 - from);
      }
      this.maker = noMaker;
    } else {
      slots[0] = { upper: this.slots, upperMaker: this.maker, lower: below.slots, lowerMaker: below.maker, origin };
      this.maker = mergedMaker;
    }
    this.shape = merged;
    this.slots = slots;
    this.base = below.base;
    this.#depth = below.#depth;
  }
}

interface MergedLayers {
  readonly upper: Environment;
  readonly upperMaker: SlotMaker;
  readonly lower: Environment;
  readonly lowerMaker: SlotMaker;
  readonly origin: Int32Array;
}

function shareMerged(slots: Environment, index: number): Lazy {
  const content = slots[index + 1];
  if (content !== undefined) return content as Lazy;
  const layers = slots[0] as MergedLayers;
  const from = layers.origin[index] as number;
  const source = from >= 0 ? layers.upper : layers.lower;
  const sourceIndex = from >= 0 ? from : -1 - from;
  const found = source[sourceIndex + 1];
  const shared =
    found === undefined || found instanceof Thunk
      ? (from >= 0 ? layers.upperMaker : layers.lowerMaker).share(source, sourceIndex)
      : (found as Lazy);
  slots[index + 1] = shared;
  return shared;
}

const mergedMaker: SlotMaker = {
  share: shareMerged,
  force(slots, index) {
    const shared = shareMerged(slots, index);
    if (!(shared instanceof Thunk)) return shared;
    const value = shared.force();
    slots[index + 1] = value;
    return value;
  },
  peek(slots, index) {
    const content = slots[index + 1];
    if (content !== undefined) return knownValue(content as Lazy);
    const layers = slots[0] as MergedLayers;
    const from = layers.origin[index] as number;
    return from >= 0 ? layers.upperMaker.peek(layers.upper, from) : layers.lowerMaker.peek(layers.lower, -1 - from);
  },
};

export const emptyAttrs = new Attrs(emptyShape, [null], noMaker);

/** A set of these attributes; of several with one name the last counts. */
export function makeAttrs(entries: Iterable<readonly [name: string, value: Lazy]>): Attrs {
  const byName = new Map(entries);
  if (byName.size === 0) return emptyAttrs;
  const names = [...byName.keys()].sort();
  return makeAttrsOfShape(
    new Shape(names),
    names.map((name) => byName.get(name) as Lazy),
  );
}

/** A set with the names of a shape and the values in its order. */
export function makeAttrsOfShape(shape: Shape, values: readonly Lazy[]): Attrs {
  return new Attrs(shape, [null, ...values], noMaker);
}
