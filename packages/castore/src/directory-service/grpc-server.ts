import { DirectoryService as SnixDirectoryService } from "@tvix-mesh/proto/snix/castore/v1/rpc_directory";
import type { Directory as DirectoryMessage } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { DirectoryService as TvixDirectoryService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_directory";
import { bindService, type ServiceBinding, ServiceError, type ServiceImplementation } from "@tvix-mesh/service";
import { B3Digest } from "../b3-digest.ts";
import type { BlobService } from "../blob-service/blob-service.ts";
import { Directory } from "../directory.ts";
import { bindClosureService } from "./closure-grpc-server.ts";
import type { DirectoryService } from "./directory-service.ts";

function noSuchDirectory(digest: B3Digest): ServiceError {
  return new ServiceError("not-found", `Cannot read directory ${digest}: no such directory`);
}

async function* getClosure(
  directories: DirectoryService,
  root: B3Digest,
  signal: AbortSignal,
): AsyncGenerator<DirectoryMessage> {
  let isEmpty = true;
  for await (const directory of directories.getRecursive(root, { signal })) {
    isEmpty = false;
    yield directory.toMessage();
  }
  if (isEmpty) throw noSuchDirectory(root);
}

function implement(directories: DirectoryService): ServiceImplementation<typeof TvixDirectoryService> {
  return {
    async *get({ byWhat, recursive }, { signal }) {
      if (byWhat.case !== "digest")
        throw new ServiceError("invalid-argument", "Cannot read directory: by_what is not set");
      const digest = B3Digest.fromBytes(byWhat.value);
      if (recursive) yield* getClosure(directories, digest, signal);
      else {
        const directory = await directories.get(digest, { signal });
        if (!directory) throw noSuchDirectory(digest);
        yield directory.toMessage();
      }
    },
    async put(requests, { signal }) {
      await using putter = await directories.openPutter({ signal });
      for await (const message of requests) await putter.put(Directory.fromMessage(message));
      signal.throwIfAborted();
      const root = await putter.close();
      return { rootDigest: root.toBytes() };
    },
  };
}

/**
 * The service on the network, under Tvix's name and Snix's, and its closures under ours. `blobs` is where the contents of
 * files go that come along with a closure; without it, such a closure is refused.
 */
export function bindDirectoryService(directories: DirectoryService, blobs?: BlobService): readonly ServiceBinding[] {
  const implementation = implement(directories);
  return [
    bindService(TvixDirectoryService, implementation),
    bindService(SnixDirectoryService, implementation),
    bindClosureService(directories, blobs),
  ];
}
