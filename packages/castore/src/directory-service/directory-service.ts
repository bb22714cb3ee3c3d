import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Directory } from "../directory.ts";

/** An upload of one closure, children before parents. Disposing without `close` discards it. */
export interface DirectoryPutter extends AsyncDisposable {
  /** `invalid-argument` if a child has not come before, its size differs, or the root was already complete. */
  put(directory: Directory): Promise<void>;
  /** Stores everything and answers the root's digest. `invalid-argument` if nothing came or it has several roots. */
  close(): Promise<B3Digest>;
}

/** Keeps directories, named by their digest. The empty one is always there. */
export interface DirectoryService {
  /** `undefined` if it isn't there. */
  get(digest: B3Digest, options?: CallOptions): Promise<Directory | undefined>;
  /**
   * Stores a single directory and answers its digest once durable. Its children need not be there, except that a remote,
   * whose protocol knows closures only, answers `failed-precondition` without them.
   */
  put(directory: Directory, options?: CallOptions): Promise<B3Digest>;
  /**
   * The closure of `root`, each directory once, parents before children. Empty if `root` is absent;
   * `data-loss` if a directory below it is.
   */
  getRecursive(root: B3Digest, options?: CallOptions): AsyncIterable<Directory>;
  openPutter(options?: CallOptions): Promise<DirectoryPutter>;
  /** The digests of all directories that are kept; some may come twice. Optional: a remote can't tell. */
  readonly list?: ((options?: CallOptions) => AsyncIterable<B3Digest>) | undefined;
}
