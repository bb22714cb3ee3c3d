import { ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Directory } from "../directory.ts";
import { ClosureUpload } from "../directory-closure.ts";
import type { DirectoryPutter } from "./directory-service.ts";

type Closure = ReturnType<ClosureUpload["finish"]>;

/** Collects and validates a closure; nothing is stored before all of it is known to be right. */
export class ClosurePutter implements DirectoryPutter {
  readonly #store: (closure: Closure) => Promise<B3Digest>;
  readonly #upload = new ClosureUpload();
  #closed: Promise<B3Digest> | undefined;
  #discarded = false;

  constructor(store: (closure: Closure) => Promise<B3Digest>) {
    this.#store = store;
  }

  async put(directory: Directory): Promise<void> {
    if (this.#closed || this.#discarded)
      throw new ServiceError(
        "invalid-argument",
        `Cannot put directory ${directory.digest}: the upload is closed already`,
      );
    this.#upload.add(directory);
  }

  close(): Promise<B3Digest> {
    if (this.#discarded)
      return Promise.reject(new ServiceError("failed-precondition", "Cannot put directories: they were discarded"));
    this.#closed ??= (async () => this.#store(this.#upload.finish()))();
    return this.#closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#discarded = this.#closed === undefined;
  }
}
