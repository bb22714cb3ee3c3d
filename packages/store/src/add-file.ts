import type { HashAlgorithm } from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";
import { addNode } from "./add-node.ts";
import type { PathInfo } from "./path-info.ts";
import type { StoreServices } from "./store-services.ts";

/** Adds a plain file, named by the hash of its bytes, as a download of known hash is. */
export async function addFile(
  services: StoreServices,
  name: string,
  content: AsyncIterable<Uint8Array>,
  algorithm: HashAlgorithm = "sha256",
  options: CallOptions = {},
): Promise<PathInfo> {
  await using writer = await services.blobs.openWrite(options);
  let size = 0n;
  for await (const piece of content) {
    await writer.write(piece);
    size += BigInt(piece.length);
  }
  const node = { kind: "file", digest: await writer.close(), size, executable: false } as const;
  return await addNode(services, name, node, { ...options, method: "flat", algorithm });
}
