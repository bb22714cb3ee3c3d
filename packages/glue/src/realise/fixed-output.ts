import type { Node } from "@tvix-mesh/castore";
import {
  type DerivationOutput,
  type FixedOutputMethod,
  formatNixHash,
  type NixHash,
  parseNixHash,
  parseOutputHashAlgorithm,
} from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { hashNode, type StoreServices } from "@tvix-mesh/store";

/** A content address of a fixed output: never a text's. */
export interface FixedAddress {
  readonly method: FixedOutputMethod;
  readonly hash: NixHash;
}

/** The content address that a fixed output declares; undefined for other outputs. */
export function declaredContentAddress(output: DerivationOutput): FixedAddress | undefined {
  if (output.hash === "") return undefined;
  const { method, algorithm } = parseOutputHashAlgorithm(output.hashAlgo);
  return { method, hash: parseNixHash(output.hash, algorithm) };
}

/** `failed-precondition` with both hashes unless the output is what its derivation declares. */
export async function checkFixedOutput(
  services: StoreServices,
  path: string,
  { method, hash }: FixedAddress,
  node: Node,
  options?: CallOptions,
): Promise<void> {
  const wanted = formatNixHash(hash, "sri");
  const got = formatNixHash(await hashNode(services, node, method, hash.algorithm, options), "sri");
  if (wanted !== got)
    throw new ServiceError(
      "failed-precondition",
      `Cannot keep ${path}: hash mismatch: specified ${wanted}, got ${got}`,
    );
}
