import type { Shape } from "./shape.ts";

/** Finds one name in shapes, and remembers where the last four had it: a place in a program meets few of them. */
export class NameLookUp {
  readonly name: string;
  #shape0: Shape | undefined;
  #shape1: Shape | undefined;
  #shape2: Shape | undefined;
  #shape3: Shape | undefined;
  #index0 = -1;
  #index1 = -1;
  #index2 = -1;
  #index3 = -1;
  #next = 0;

  constructor(name: string) {
    this.name = name;
  }

  /** The index of the name; -1 if it isn't there. */
  indexIn(shape: Shape): number {
    if (shape === this.#shape0) return this.#index0;
    if (shape === this.#shape1) return this.#index1;
    if (shape === this.#shape2) return this.#index2;
    if (shape === this.#shape3) return this.#index3;
    return this.#find(shape);
  }

  #find(shape: Shape): number {
    const index = shape.indexOf(this.name);
    switch (this.#next) {
      case 0:
        this.#shape0 = shape;
        this.#index0 = index;
        break;
      case 1:
        this.#shape1 = shape;
        this.#index1 = index;
        break;
      case 2:
        this.#shape2 = shape;
        this.#index2 = index;
        break;
      default:
        this.#shape3 = shape;
        this.#index3 = index;
    }
    this.#next = (this.#next + 1) & 3;
    return index;
  }
}
