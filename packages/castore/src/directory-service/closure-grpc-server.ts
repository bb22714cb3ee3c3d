import { ClosureService } from "@tvix-mesh/proto/mesh/castore/v1/closure";
import { bindService, type CallOptions, type ServiceBinding, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest, hashB3 } from "../b3-hasher.ts";
import { hasBlobs } from "../blob-service/blob-batches.ts";
import type { BlobService } from "../blob-service/blob-service.ts";
import { BlobUploads } from "../blob-service/blob-uploads.ts";
import { Directory } from "../directory.ts";
import { batchDirectories } from "./batched-directories.ts";
import type { DirectoryService } from "./directory-service.ts";

/** The blobs of one closure: what comes along is stored, and if any does, what is referred to must be there in the end. */
class ClosureBlobs implements AsyncDisposable {
  readonly #blobs: BlobService;
  readonly #uploads: BlobUploads;
  readonly #options: CallOptions;
  #hasCome = false;
  readonly #came = new Set<string>([emptyB3Digest.hex]);
  readonly #referred = new Map<string, B3Digest>();

  constructor(blobs: BlobService, options: CallOptions) {
    this.#blobs = blobs;
    this.#options = options;
    this.#uploads = new BlobUploads(blobs, options);
  }

  /** Resolves once all of them are durable, so that a sender is held back. */
  async store(blobs: readonly Uint8Array[]): Promise<void> {
    this.#hasCome ||= blobs.length > 0;
    await Promise.all(
      blobs.map((bytes) => {
        const digest = hashB3(bytes);
        this.#came.add(digest.hex);
        return this.#uploads.store(digest, bytes);
      }),
    );
  }

  expectFilesOf(directory: Directory): void {
    for (const { node } of directory.entries)
      if (node.kind === "file") this.#referred.set(node.digest.hex, node.digest);
  }

  /** `failed-precondition` if blobs came along, but a file's is neither there nor among them. */
  async finish(): Promise<void> {
    if (!this.#hasCome) return;
    const digests = [...this.#referred.values()].filter(({ hex }) => !this.#came.has(hex));
    const present = await hasBlobs(this.#blobs, digests, this.#options);
    const missing = digests.find((_digest, index) => !present[index]);
    if (missing)
      throw new ServiceError("failed-precondition", `Cannot put directories: blob ${missing} of one is not there`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#uploads[Symbol.asyncDispose]();
  }
}

async function* getClosure(directories: DirectoryService, root: B3Digest, options: CallOptions) {
  let isEmpty = true;
  for await (const message of batchDirectories(directories.getRecursive(root, options))) {
    isEmpty = false;
    yield message;
  }
  if (isEmpty) throw new ServiceError("not-found", `Cannot read directory ${root}: no such directory`);
}

/** Closures on the network, many directories in a message; with `blobs`, their files' contents may come along. */
export function bindClosureService(directories: DirectoryService, blobs?: BlobService): ServiceBinding {
  return bindService(ClosureService, {
    getClosure: ({ rootDigest }, { signal }) => getClosure(directories, B3Digest.fromBytes(rootDigest), { signal }),
    async putClosure(requests, { signal }) {
      await using putter = await directories.openPutter({ signal });
      await using contents = blobs && new ClosureBlobs(blobs, { signal });
      for await (const request of requests) {
        if (request.blobs.length > 0 && !contents)
          throw new ServiceError("failed-precondition", "Cannot put blobs: this daemon keeps directories only");
        await contents?.store(request.blobs);
        for (const message of request.directories) {
          const directory = Directory.fromMessage(message);
          contents?.expectFilesOf(directory);
          await putter.put(directory);
        }
      }
      signal.throwIfAborted();
      await contents?.finish();
      return { rootDigest: (await putter.close()).toBytes() };
    },
  });
}
