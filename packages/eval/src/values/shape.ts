/** How two layers of attributes become one: where each name of `merged` comes from. */
export interface ShapeMerge {
  readonly above: Shape;
  readonly below: Shape;
  readonly merged: Shape;
  /** Index in the upper shape, or -1 - index in the lower one. */
  readonly origin: Int32Array;
}

/** Where names of a shape lie in the layers of a set. */
export interface ShapeIntersection {
  /** From the top. */
  readonly layers: readonly Shape[];
  /** The names that are there, with their positions there. */
  readonly result: Shape;
  /** For each name of `result`. */
  readonly layerNumbers: readonly number[];
  readonly indexes: readonly number[];
}

/** Indexes of names that every coercion and comparison asks for; -1 for those that aren't there. */
interface WellKnownIndexes {
  readonly toString: number;
  readonly outPath: number;
  readonly type: number;
}

/** What is left of a shape without some names. */
export interface ShapeReduction {
  readonly removed: readonly string[];
  readonly reduced: Shape;
  /** Index of each remaining name in the shape it was taken from. */
  readonly origin: Int32Array;
}

/** In so few names a search is as fast as a look-up. */
const linearSearchLimit = 8;
/** In more, but no more than this, the first few searches cost less than to prepare look-ups. */
const fewNames = 128;
const fewSearches = 3;

/** The names of an attribute set, ascending by bytes, and where each was defined. Shared by all sets of one origin. */
export class Shape {
  readonly names: readonly string[];
  /** Positions by index; undefined when the set doesn't come from source code. */
  readonly positions: readonly number[] | undefined;
  #indexByName: Map<string, number> | undefined;
  /** How often to search before look-ups are prepared. */
  #searches: number;
  #withoutPositions: Shape | undefined;
  #lastMerge: ShapeMerge | undefined;
  /** The last merge of another shape over this one. */
  #lastMergeBelow: ShapeMerge | undefined;
  #lastReduction: ShapeReduction | undefined;
  #wellKnown: WellKnownIndexes | undefined;
  /** The last set that was intersected with this shape. */
  lastIntersection: ShapeIntersection | undefined;

  constructor(names: readonly string[], positions?: readonly number[]) {
    this.names = names;
    this.positions = positions;
    this.#indexByName = undefined;
    this.#searches = names.length <= fewNames ? fewSearches : 0;
    this.#withoutPositions = undefined;
    this.#lastMerge = undefined;
    this.#lastMergeBelow = undefined;
    this.#lastReduction = undefined;
    this.#wellKnown = undefined;
    this.lastIntersection = undefined;
  }

  get wellKnown(): WellKnownIndexes {
    this.#wellKnown ??= {
      toString: this.indexOf("__toString"),
      outPath: this.indexOf("outPath"),
      type: this.indexOf("type"),
    };
    return this.#wellKnown;
  }

  /** The index of a name; -1 if it isn't there. */
  indexOf(name: string): number {
    if (this.names.length <= linearSearchLimit) return this.#search(name);
    let indexByName = this.#indexByName;
    if (indexByName === undefined) {
      if (this.#searches > 0) {
        this.#searches--;
        return this.#search(name);
      }
      indexByName = indexesOf(this.names);
      this.#indexByName = indexByName;
    }
    const index = indexByName.get(name);
    return index === undefined ? -1 : index;
  }

  #search(name: string): number {
    const names = this.names;
    for (let index = 0; index < names.length; index++) if (names[index] === name) return index;
    return -1;
  }

  positionAt(index: number): number {
    return this.positions === undefined ? 0 : (this.positions[index] ?? 0);
  }

  withoutPositions(): Shape {
    if (this.positions === undefined) return this;
    this.#withoutPositions ??= new Shape(this.names);
    return this.#withoutPositions;
  }

  /** This shape without some names. The last result is kept. */
  without(names: readonly string[]): ShapeReduction {
    const last = this.#lastReduction;
    if (last !== undefined && last.removed.length === names.length) {
      if (names.every((name, index) => name === last.removed[index])) return last;
    }
    const removed = new Set(names);
    const origin: number[] = [];
    this.names.forEach((name, index) => {
      if (!removed.has(name)) origin.push(index);
    });
    const kept = origin.map((index) => this.names[index] as string);
    const positions = this.positions === undefined ? undefined : origin.map((index) => this.positionAt(index));
    const reduction = { removed: names, reduced: new Shape(kept, positions), origin: Int32Array.from(origin) };
    this.#lastReduction = reduction;
    return reduction;
  }

  /** The shape of a set with these names on top of one with the names of `below`. Both keep the last result. */
  mergeOver(below: Shape): ShapeMerge {
    let merge = this.#lastMerge;
    if (merge !== undefined && merge.below === below) return merge;
    merge = below.#lastMergeBelow;
    if (merge === undefined || merge.above !== this) {
      merge = mergeShapes(this, below);
      below.#lastMergeBelow = merge;
    }
    this.#lastMerge = merge;
    return merge;
  }
}

function indexesOf(names: readonly string[]): Map<string, number> {
  const indexes = new Map<string, number>();
  for (let index = 0; index < names.length; index++) indexes.set(names[index] as string, index);
  return indexes;
}

export const emptyShape = new Shape([]);

function mergeShapes(above: Shape, below: Shape): ShapeMerge {
  const names: string[] = [];
  const origin: number[] = [];
  const hasPositions = above.positions !== undefined || below.positions !== undefined;
  const positions: number[] = [];
  let upper = 0;
  let lower = 0;
  while (upper < above.names.length || lower < below.names.length) {
    const upperName = above.names[upper];
    const lowerName = below.names[lower];
    if (upperName !== undefined && (lowerName === undefined || upperName <= lowerName)) {
      names.push(upperName);
      origin.push(upper);
      if (hasPositions) positions.push(above.positionAt(upper));
      upper++;
      if (upperName === lowerName) lower++;
    } else {
      names.push(lowerName as string);
      origin.push(-1 - lower);
      if (hasPositions) positions.push(below.positionAt(lower));
      lower++;
    }
  }
  return {
    above,
    below,
    merged: new Shape(names, hasPositions ? positions : undefined),
    origin: Int32Array.from(origin),
  };
}
