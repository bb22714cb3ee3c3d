import { World } from "./world.ts";

/** How an evaluator's owner bounds what is kept between evaluations. */
export interface KeepingOptions {
  /** Asked after each evaluation; if not, everything that is kept is forgotten. */
  readonly hasRoom: () => boolean;
  /** Told that nothing is kept any more under that word. */
  readonly forgotten?: (keepUnder: string) => void;
  /** How many words may have something kept under them. */
  readonly maxWorlds?: number;
}

const defaultMaxWorlds = 4;

/** Worlds by the word that evaluations keep their values under and by the search path they have. */
export class KeptWorlds {
  readonly #options: KeepingOptions | undefined;
  /** Used last at the end. */
  readonly #worlds = new Map<string, { readonly world: World; readonly searchPath: string }>();
  readonly #dispose: (world: World) => void;

  /** `dispose` is told of every world that ends. */
  constructor(options: KeepingOptions | undefined, dispose: (world: World) => void) {
    this.#options = options;
    this.#dispose = dispose;
  }

  /** The world for the next evaluation: the one that is kept, if all that it was computed from is unchanged. */
  open(keepUnder: string | undefined, searchPath: readonly string[]): World {
    if (this.#options === undefined || keepUnder === undefined) return new World(false);
    const wanted = JSON.stringify(searchPath);
    const kept = this.#worlds.get(keepUnder);
    if (kept !== undefined) {
      if (kept.searchPath === wanted && kept.world.stillHolds()) {
        this.#worlds.delete(keepUnder);
        this.#worlds.set(keepUnder, kept);
        kept.world.beginEvaluation();
        return kept.world;
      }
      this.#forget(keepUnder);
    }
    const world = new World(true);
    this.#worlds.set(keepUnder, { world, searchPath: wanted });
    return world;
  }

  /** Takes a world back after an evaluation. `isSound` is false if thunks may have been left half computed. */
  close(keepUnder: string | undefined, world: World, isSound: boolean): void {
    if (!isSound) world.end();
    const kept = keepUnder === undefined ? undefined : this.#worlds.get(keepUnder);
    if (keepUnder === undefined || kept?.world !== world) this.#dispose(world);
    else if (!world.canBeKept) this.#forget(keepUnder);
    const { hasRoom, maxWorlds = defaultMaxWorlds } = this.#options ?? {};
    const tooMany = hasRoom === undefined || hasRoom() ? this.#worlds.size - maxWorlds : this.#worlds.size;
    for (const word of [...this.#worlds.keys()].slice(0, Math.max(0, tooMany))) this.#forget(word);
  }

  #forget(keepUnder: string): void {
    const kept = this.#worlds.get(keepUnder);
    if (kept === undefined) return;
    this.#worlds.delete(keepUnder);
    this.#dispose(kept.world);
    this.#options?.forgotten?.(keepUnder);
  }
}
