import { ClosureService } from "@tvix-mesh/proto/mesh/castore/v1/closure";
import type { Directory as DirectoryMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { DirectoryService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_directory";
import { type CallOptions, type Channel, createClient, isUnimplemented } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Directory } from "../directory.ts";
import { batchDirectories } from "./batched-directories.ts";

/** How closures travel: many directories in a message where the daemon knows how, otherwise one by one. */
export interface ClosureTransport {
  /** What the daemon sends for the closure of `root`, unverified. */
  get(root: B3Digest, options?: CallOptions): AsyncIterable<DirectoryMessage>;
  /** Answers the root digest as the daemon says it. Iterates `directories` again if it has to start over. */
  put(directories: AsyncIterable<Directory> | Iterable<Directory>, options?: CallOptions): Promise<Uint8Array>;
}

async function* messagesOf(directories: AsyncIterable<Directory> | Iterable<Directory>) {
  for await (const directory of directories) yield directory.toMessage();
}

/** A daemon that doesn't know our closures, Tvix's or Snix's, is asked for them once. */
export function createClosureTransport(channel: Channel): ClosureTransport {
  const batches = createClient(ClosureService, channel);
  const single = createClient(DirectoryService, channel);
  let isOffered = true;

  async function* getBatches(root: B3Digest, options?: CallOptions): AsyncGenerator<DirectoryMessage> {
    for await (const { directories } of batches.getClosure({ rootDigest: root.toBytes() }, options)) yield* directories;
  }

  const getSingle = (root: B3Digest, options?: CallOptions): AsyncIterable<DirectoryMessage> =>
    single.get({ byWhat: { case: "digest", value: root.toBytes() }, recursive: true }, options);

  return {
    async *get(root, options) {
      if (!isOffered) return yield* getSingle(root, options);
      try {
        yield* getBatches(root, options);
      } catch (error) {
        if (!isUnimplemented(error)) throw error;
        isOffered = false;
        yield* getSingle(root, options);
      }
    },
    async put(directories, options) {
      if (isOffered)
        try {
          return (await batches.putClosure(batchDirectories(directories), options)).rootDigest;
        } catch (error) {
          if (!isUnimplemented(error)) throw error;
          isOffered = false;
        }
      return (await single.put(messagesOf(directories), options)).rootDigest;
    },
  };
}
