import type { B3Digest, Directory, DirectoryService } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";

/**
 * The directories of one closure in the order in which they are asked for. They come in one stream, which is read no
 * further than needed; what passed by is kept, since a directory may stand in several places.
 */
export class DirectoryLookup implements AsyncDisposable {
  readonly #directories: DirectoryService;
  readonly #options: CallOptions;
  readonly #known = new Map<string, Directory>();
  #closure: AsyncIterator<Directory> | undefined;

  constructor(directories: DirectoryService, root: B3Digest, options: CallOptions) {
    this.#directories = directories;
    this.#options = options;
    this.#closure = directories.getRecursive(root, options)[Symbol.asyncIterator]();
  }

  /** `not-found`, naming the digest, if it isn't there. */
  async get(digest: B3Digest): Promise<Directory> {
    const directory =
      this.#known.get(digest.hex) ??
      (await this.#readUntil(digest)) ??
      (await this.#directories.get(digest, this.#options));
    if (!directory) throw new ServiceError("not-found", `Cannot read directory ${digest}: it isn't there`);
    return directory;
  }

  async #readUntil(digest: B3Digest): Promise<Directory | undefined> {
    while (this.#closure) {
      const next = await this.#next(this.#closure);
      if (!next) break;
      this.#known.set(next.digest.hex, next);
      if (next.digest.equals(digest)) return next;
    }
    return undefined;
  }

  /** The stream ends early where a directory is missing; whether that one is needed shows when it is asked for. */
  async #next(closure: AsyncIterator<Directory>): Promise<Directory | undefined> {
    try {
      const next = await closure.next();
      if (!next.done) return next.value;
    } catch (error) {
      if (!ServiceError.is(error, "data-loss")) throw error;
    }
    this.#closure = undefined;
    return undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#closure?.return?.();
  }
}
