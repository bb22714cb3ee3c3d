export { B3Digest } from "./b3-digest.ts";
export { type B3Hasher, b3Implementation, createB3Hasher, emptyB3Digest, hashB3 } from "./b3-hasher.ts";
export { type BigtableConfig, bigtableConfig } from "./bigtable/bigtable-config.ts";
export type { BigtableTable } from "./bigtable/bigtable-table.ts";
export { openBigtable } from "./bigtable/open-bigtable.ts";
export { hasBlobs, largestBatchedBytes, putBlobs, readBlobs } from "./blob-service/blob-batches.ts";
export { BlobDownloads } from "./blob-service/blob-downloads.ts";
export type {
  BlobBatches,
  BlobReader,
  BlobService,
  BlobWriter,
  ByteRange,
  ChunkMeta,
  OpenReadOptions,
} from "./blob-service/blob-service.ts";
export { blobServiceKind } from "./blob-service/blob-service-kind.ts";
export { BlobUploads } from "./blob-service/blob-uploads.ts";
export { createCachingBlobService } from "./blob-service/caching.ts";
export type { Chunker } from "./blob-service/chunker.ts";
export {
  chunkingOf,
  createFastCdcChunker,
  defaultChunking,
  type FastCdcOptions,
} from "./blob-service/fastcdc-chunker.ts";
export { createBlobServiceClient } from "./blob-service/grpc-client.ts";
export { bindBlobService } from "./blob-service/grpc-server.ts";
export {
  createObjectStoreBlobService,
  type ObjectStoreBlobServiceOptions,
} from "./blob-service/object-store-blob-service.ts";
export type { CastoreServices } from "./castore-services.ts";
export { CheckoutCache, type CheckoutCacheOptions } from "./checkout/checkout-cache.ts";
export type { LinkMode } from "./checkout/link-mode.ts";
export { compareBytes } from "./compare-bytes.ts";
export { Directory } from "./directory.ts";
export { ClosureDownload, ClosureUpload } from "./directory-closure.ts";
export { createCachingDirectoryService } from "./directory-service/caching.ts";
export { createClosureDirectoryService } from "./directory-service/closure-directory-service.ts";
export { bindClosureService } from "./directory-service/closure-grpc-server.ts";
export type { DirectoryPutter, DirectoryService } from "./directory-service/directory-service.ts";
export { directoryServiceKind } from "./directory-service/directory-service-kind.ts";
export { createDirectoryServiceClient } from "./directory-service/grpc-client.ts";
export { bindDirectoryService } from "./directory-service/grpc-server.ts";
export { createObjectStoreDirectoryService } from "./directory-service/object-store-directory-service.ts";
export { displayBytes } from "./display-bytes.ts";
export { type ExportTreeOptions, exportTree } from "./export-tree.ts";
export { createFileSystemView, type FileSystemView, type WalkEntry } from "./file-system-view.ts";
export type { LiveDirectory } from "./fuse/live-directory.ts";
export { type ImportCache, openImportCache } from "./import-cache/import-cache.ts";
export { type ImportTreeOptions, importTree } from "./import-tree.ts";
export { decompress } from "./ingest/decompress/decompress.ts";
export { type Compression, decompressAs } from "./ingest/decompress/decompress-as.ts";
export { FileUploads } from "./ingest/file-uploads.ts";
export { type ImportGitTreeOptions, importGitTree } from "./ingest/git/import-git-tree.ts";
export type { ImportProgress, ImportTotals } from "./ingest/import-progress.ts";
export { measureTree } from "./ingest/measure-tree.ts";
export { type ImportTarOptions, importTar } from "./ingest/tar/import-tar.ts";
export type { DirectoryNode, FileNode, NamedNode, Node, SymlinkNode } from "./node.ts";
export { nodeFromMessage, nodeToMessage } from "./node-message.ts";
export { checkNodeName } from "./node-name.ts";
export { openFileSystemObjectStore } from "./object-store/file-system.ts";
export { type LmdbObjectStoreOptions, openLmdbObjectStore } from "./object-store/lmdb.ts";
export { createLruObjectStore, type LruObjectStoreOptions } from "./object-store/lru.ts";
export { createMemoryObjectStore } from "./object-store/memory.ts";
export type { ObjectStore } from "./object-store/object-store.ts";
export {
  type ObjectStoreConfig,
  objectStoreConfig,
  openObjectStore,
} from "./object-store/open-object-store.ts";
export { setAsideIfDamaged } from "./object-store/set-aside.ts";
export { createReferenceScanner, type ReferenceScanner, type ReferenceScannerStream } from "./reference-scanner.ts";
export { checkSymlinkTarget } from "./symlink-target.ts";
export { buildOutboard, Outboard } from "./verified/outboard.ts";
export { OutboardBuilder } from "./verified/outboard-builder.ts";
export { outboardOf } from "./verified/outboard-of.ts";
