import { readlinkSync } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import {
  BlobUploads,
  type CastoreServices,
  hashB3,
  importTree,
  largestBatchedBytes,
  type Node,
  nodeToMessage,
} from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";

/** What the evaluator is told of something that was uploaded; without a node nothing is there. */
export interface UploadedFile {
  readonly path: string;
  readonly node?: ReturnType<typeof nodeToMessage>;
}

/** How many small files are read at once. */
const parallelFiles = 64;

async function uploadFile(
  path: string,
  services: CastoreServices,
  uploads: BlobUploads,
  options: CallOptions,
): Promise<Node | undefined> {
  const stats = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw error;
  });
  if (!stats) return undefined;
  if (stats.isSymbolicLink()) return { kind: "symlink", target: new Uint8Array(readlinkSync(path, "buffer")) };
  if (!stats.isFile() || stats.size > largestBatchedBytes) return await importTree(path, services, options);
  const bytes = new Uint8Array(await readFile(path));
  const digest = hashB3(bytes);
  await uploads.store(digest, bytes);
  return { kind: "file", digest, size: BigInt(bytes.length), executable: (stats.mode & 0o100) !== 0 };
}

/** Uploads what lies at each path, but what the services have already. Symlinks are not followed. */
export async function uploadFiles(
  paths: readonly string[],
  services: CastoreServices,
  options: CallOptions,
): Promise<readonly UploadedFile[]> {
  const uploaded: UploadedFile[] = [];
  await using uploads = new BlobUploads(services.blobs, options);
  for (let first = 0; first < paths.length; first += parallelFiles) {
    const group = paths.slice(first, first + parallelFiles);
    const nodes = await Promise.all(group.map((path) => uploadFile(path, services, uploads, options)));
    for (const [index, path] of group.entries()) {
      const node = nodes[index];
      uploaded.push(node ? { path, node: nodeToMessage(node) } : { path });
    }
  }
  return uploaded;
}
