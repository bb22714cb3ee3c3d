import type { Directory as DirectoryMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { DirectoryService as DirectoryServiceDescriptor } from "@tvix-mesh/proto/tvix/castore/v1/rpc_directory";
import { type CallOptions, type Channel, createClient, ServiceError } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import { emptyB3Digest } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import { ClosureDownload } from "../directory-closure.ts";
import { ClosurePutter } from "./closure-putter.ts";
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
  const request = (digest: B3Digest, recursive: boolean) => ({
    byWhat: { case: "digest" as const, value: digest.toBytes() },
    recursive,
  });

  async function get(digest: B3Digest, options?: CallOptions): Promise<Directory | undefined> {
    if (digest.equals(emptyB3Digest)) return Directory.empty;
    let directory: Directory | undefined;
    try {
      // To the end, though only one comes: to leave early would cancel the call.
      for await (const message of client.get(request(digest, false), options)) directory = received(digest, message);
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
      for await (const message of client.get(request(root, true), options)) {
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

  async function send(root: B3Digest, directories: AsyncIterable<Directory>, options?: CallOptions): Promise<B3Digest> {
    async function* messages(): AsyncGenerator<DirectoryMessage> {
      for await (const directory of directories) yield directory.toMessage();
    }
    const answered = B3Digest.fromBytes((await client.put(messages(), options)).rootDigest);
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
    put: (directory, options) => send(directory.digest, withChildren(directory, options), options),
    async openPutter(options) {
      return new ClosurePutter(({ root, directories }) => send(root.digest, iterate(directories), options));
    },
  };
}

async function* iterate<Value>(values: Iterable<Value>): AsyncGenerator<Value> {
  yield* values;
}

/** A closure, root first, in an order in which each comes after all that it refers to. */
function* childrenFirst(closure: readonly Directory[]): Generator<Directory> {
  const byDigest = new Map(closure.map((directory) => [directory.digest.hex, directory]));
  const visited = new Set<string>();
  const stack = closure.slice(0, 1).map((directory) => ({ directory, children: directory.children() }));
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.children.next();
    if (next.done) {
      stack.pop();
      yield top.directory;
      continue;
    }
    const child = byDigest.get(next.value.digest.hex);
    if (!child || visited.has(child.digest.hex)) continue;
    visited.add(child.digest.hex);
    stack.push({ directory: child, children: child.children() });
  }
}
