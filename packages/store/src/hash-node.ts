import { createHash } from "node:crypto";
import type { Node } from "@tvix-mesh/castore";
import type { FixedOutputMethod, HashAlgorithm, NixHash } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { readFile } from "./nar/read-file.ts";
import { renderNar } from "./nar/render-nar.ts";
import type { StoreServices } from "./store-services.ts";

function describe(node: Node): string {
  switch (node.kind) {
    case "directory":
      return `directory ${node.digest}`;
    case "file":
      return `${node.executable ? "executable " : ""}file ${node.digest}`;
    case "symlink":
      return `symlink to "${Buffer.from(node.target).toString("utf8")}"`;
  }
}

/** The bytes of a file. `invalid-argument` for what a flat hash can't say: a directory, a symlink, an executable. */
function fileContent(services: StoreServices, node: Node, options: CallOptions): AsyncIterable<Uint8Array> {
  if (node.kind !== "file" || node.executable)
    throw new ServiceError("invalid-argument", `Cannot hash ${describe(node)} flat: only plain files can be`);
  const wanted = { offset: 0, length: Number(node.size) };
  return readFile(services.blobs, { kind: "file", name: undefined, node, contentOffset: 0, wanted }, options);
}

/** What a fixed output is checked against: a hash of the NAR, or of a file's bytes. */
export async function hashNode(
  services: StoreServices,
  node: Node,
  method: FixedOutputMethod,
  algorithm: HashAlgorithm,
  options: CallOptions = {},
): Promise<NixHash> {
  if (method === "recursive" && algorithm === "sha256")
    return { algorithm, digest: (await services.narCalculation.calculateNar(node, options)).narSha256 };
  const hash = createHash(algorithm);
  const pieces = method === "flat" ? fileContent(services, node, options) : renderNar(services, node, options);
  for await (const piece of pieces) hash.update(piece);
  return { algorithm, digest: new Uint8Array(hash.digest()) };
}
