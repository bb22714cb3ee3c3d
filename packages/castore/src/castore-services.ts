import type { BlobService } from "./blob-service/blob-service.ts";
import type { DirectoryService } from "./directory-service/directory-service.ts";

/** Where the contents of trees are. */
export interface CastoreServices {
  readonly blobs: BlobService;
  readonly directories: DirectoryService;
}
