import type { Directory as DirectoryMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { DirectoryService as DirectoryServiceDescriptor } from "@tvix-mesh/proto/tvix/castore/v1/rpc_directory";
import { type CallOptions, type Channel, createClient, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import { ClosureDownload } from "../directory-closure.ts";
import { childrenFirst } from "./children-first.ts";
import { ClosurePutter } from "./closure-putter.ts";
import { createClosureTransport } from "./closure-transport.ts";
import type { DirectoryService } from "./directory-service.ts";

/** What a remote sends is its fault if it is no directory, not the caller's. */
function received(digest: B3Digest, message: DirectoryMessage): Directory {
  try {
    return Directory.fromMessage(message);
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new ServiceError("data-loss", `Cannot read directory ${digest}: the server sends none (${reason})`, {
      cause,
    });
  }
}

/** The directories of a remote daemon, Tvix's, Snix's or ours. What it sends is verified. */
export function createDirectoryServiceClient(channel: Channel): DirectoryService {
  const client = createClient(DirectoryServiceDescriptor, channel);
  const closures = createClosureTransport(channel);

  async function get(digest: B3Digest, options?: CallOptions): Promise<Directory | undefined> {
    if (digest.equals(emptyB3Digest)) return Directory.empty;
    let directory: Directory | undefined;
    try {
      // To the end, though only one comes: to leave early would cancel the call.
      const request = { byWhat: { case: "digest" as const, value: digest.toBytes() } };
      for await (const message of client.get(request, options)) directory = received(digest, message);
    } catch (error) {
      if (!ServiceError.is(error, "not-found")) throw error;
    }
    if (!directory || directory.digest.equals(digest)) return directory;
    throw new ServiceError("data-loss", `Cannot read directory ${digest}: the server sends ${directory.digest}`);
  }

  async function* getRecursive(root: B3Digest, options?: CallOptions): AsyncGenerator<Directory> {
    if (root.equals(emptyB3Digest)) return yield Directory.empty;
    const closure = new ClosureDownload(root);
    try {
      for await (const message of closures.get(root, options)) {
        const directory = received(root, message);
        closure.add(directory);
        yield directory;
      }
    } catch (error) {
      if (ServiceError.is(error, "not-found") && closure.isEmpty) return;
      throw error;
    }
    closure.finish();
  }

  async function send(
    root: B3Digest,
    directories: AsyncIterable<Directory> | Iterable<Directory>,
    options?: CallOptions,
  ): Promise<B3Digest> {
    const answered = B3Digest.fromBytes(await closures.put(directories, options));
    if (answered.equals(root)) return root;
    throw new ServiceError("data-loss", `Cannot put directory ${root}: the server answers that it got ${answered}`);
  }

  /** The protocol takes closures only, so what is below comes from the server and goes back to it. */
  async function* withChildren(directory: Directory, options?: CallOptions): AsyncGenerator<Directory> {
    const sent = new Set<string>();
    for (const child of directory.children()) {
      const below = await Array.fromAsync(getRecursive(child.digest, options));
      if (below.length === 0)
        throw new ServiceError(
          "failed-precondition",
          `Cannot put directory ${directory.digest}: its child ${child.digest} is not there`,
        );
      for (const descendant of childrenFirst(below)) {
        if (!sent.has(descendant.digest.hex)) yield descendant;
        sent.add(descendant.digest.hex);
      }
    }
    yield directory;
  }

  return {
    get,
    getRecursive,
    put: (directory, options) =>
      send(directory.digest, { [Symbol.asyncIterator]: () => withChildren(directory, options) }, options),
    async openPutter(options) {
      return new ClosurePutter(({ root, directories }) => send(root.digest, directories, options));
    },
  };
}
