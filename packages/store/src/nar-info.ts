import type { Node } from "@tvix-mesh/castore";
import type { NarInfo, NixHash } from "@tvix-mesh/nix-compat";
import { type PathInfo, sortedReferences } from "./path-info.ts";

/** What a binary cache says of the path, if its NAR is served uncompressed at `url`. */
export function narInfoOf(pathInfo: PathInfo, url: string): NarInfo {
  const narHash: NixHash = { algorithm: "sha256", digest: pathInfo.narSha256 };
  return {
    storePath: pathInfo.storePath,
    url,
    compression: "none",
    // Nix needs these to write a narinfo back, as it does when it adds a signature.
    fileHash: narHash,
    fileSizeBytes: pathInfo.narSizeBytes,
    narHash,
    narSizeBytes: pathInfo.narSizeBytes,
    references: sortedReferences(pathInfo),
    deriver: pathInfo.deriver,
    system: undefined,
    signatures: pathInfo.signatures,
    contentAddress: pathInfo.ca,
  };
}

/** The path info of what a binary cache describes, whose contents are `node`. */
export function pathInfoOf(narInfo: NarInfo, node: Node): PathInfo {
  return {
    storePath: narInfo.storePath,
    node,
    references: narInfo.references,
    narSizeBytes: narInfo.narSizeBytes,
    narSha256: narInfo.narHash.digest,
    signatures: narInfo.signatures,
    deriver: narInfo.deriver,
    ca: narInfo.contentAddress,
  };
}
