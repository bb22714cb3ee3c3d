import type { ImportedNar } from "@tvix-mesh/store";
import { LRUCache } from "lru-cache";

const maxUploads = 65_536;

/** Uploaded archives that wait for the narinfo which gives them a store path, by their URL relative to the cache. */
export type UploadedNars = Pick<LRUCache<string, ImportedNar>, "get" | "set" | "has">;

/** Forgets the least recently used: the client then uploads again. */
export function createUploadedNars(): UploadedNars {
  return new LRUCache<string, ImportedNar>({ max: maxUploads });
}
