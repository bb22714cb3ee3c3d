import { createHash } from "node:crypto";
import { type FileNode, hashB3 } from "@tvix-mesh/castore";
import { encodeNar, hashBytes, type StorePath } from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";
import { addAddressedContents } from "./add-node.ts";
import type { NarCalculation } from "./nar/nar-calculation-service.ts";
import type { PathInfo } from "./path-info.ts";
import type { StoreServices } from "./store-services.ts";

/** The text is at hand, so it need not be read back to be measured. */
async function calculateNarOf(text: Uint8Array): Promise<NarCalculation> {
  async function* content() {
    yield text;
  }
  const file = {
    kind: "file",
    name: undefined,
    executable: false,
    sizeBytes: text.length,
    content: content(),
  } as const;
  const hash = createHash("sha256");
  let sizeBytes = 0;
  for await (const piece of encodeNar([file])) {
    hash.update(piece);
    sizeBytes += piece.length;
  }
  return { narSizeBytes: BigInt(sizeBytes), narSha256: new Uint8Array(hash.digest()) };
}

/** Adds what `builtins.toFile` and derivations are: a text, named by its bytes and its references. */
export async function addText(
  services: Pick<StoreServices, "blobs" | "pathInfos">,
  name: string,
  text: Uint8Array,
  references: readonly StorePath[],
  options: CallOptions = {},
): Promise<PathInfo> {
  const node: FileNode = { kind: "file", digest: hashB3(text), size: BigInt(text.length), executable: false };
  if (!(await services.blobs.has(node.digest, options))) {
    await using writer = await services.blobs.openWrite(options);
    await writer.write(text);
    await writer.close();
  }
  const contents = {
    name,
    node,
    nar: await calculateNarOf(text),
    ca: { method: "text", hash: hashBytes("sha256", text) },
    references: { others: references, self: false },
  } as const;
  return await addAddressedContents(services, contents, options);
}
