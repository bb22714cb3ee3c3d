import type { StorePath } from "@tvix-mesh/nix-compat";
import type { PathInfo } from "./path-info.ts";

/** A path that isn't there, though others refer to it. */
export interface MissingReference {
  readonly reference: StorePath;
  /** The first that refers to it. */
  readonly referrer: PathInfo;
  /** How many more do. */
  readonly otherCount: number;
}

/** What the path infos of a store, which come one by one, refer to and isn't among them. */
export class MissingReferences implements Iterable<MissingReference> {
  readonly #known = new Set<string>();
  readonly #missing = new Map<string, MissingReference>();

  add(pathInfo: PathInfo): void {
    const { hashPart } = pathInfo.storePath;
    this.#known.add(hashPart);
    this.#missing.delete(hashPart);
    for (const reference of pathInfo.references) {
      if (this.#known.has(reference.hashPart)) continue;
      const before = this.#missing.get(reference.hashPart);
      this.#missing.set(
        reference.hashPart,
        before ? { ...before, otherCount: before.otherCount + 1 } : { reference, referrer: pathInfo, otherCount: 0 },
      );
    }
  }

  [Symbol.iterator](): Iterator<MissingReference> {
    return this.#missing.values();
  }
}
