import type { CallOptions } from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";

/** Keeps path infos, named by the hash part of their store path. */
export interface PathInfoService {
  /** `digest` is the store path's hash part, 20 bytes. `undefined` if there is none. */
  get(digest: Uint8Array, options?: CallOptions): Promise<PathInfo | undefined>;
  /** Stores, replacing one for the same path; answers what is stored, which may have more signatures. */
  put(pathInfo: PathInfo, options?: CallOptions): Promise<PathInfo>;
  /** All of them, in no promised order. */
  list(options?: CallOptions): AsyncIterable<PathInfo>;
}
