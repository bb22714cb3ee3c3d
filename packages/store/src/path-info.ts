import type { Node } from "@tvix-mesh/castore";
import {
  type ContentAddress,
  compareByteStrings,
  digestLengths,
  encodeHex,
  fingerprint,
  type Signature,
  type StorePath,
} from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service";

/** What is known of one store path. */
export interface PathInfo {
  readonly storePath: StorePath;
  /** The root of its contents. */
  readonly node: Node;
  /** What its contents mention, itself included if they do. */
  readonly references: readonly StorePath[];
  readonly narSizeBytes: bigint;
  /** 32 bytes. */
  readonly narSha256: Uint8Array;
  readonly signatures: readonly Signature[];
  /** The derivation that produced it; its name ends in `.drv`. */
  readonly deriver?: StorePath | undefined;
  /** Set if the path is named by its contents. */
  readonly ca?: ContentAddress | undefined;
}

const sha256LengthBytes = 32;
const signatureLengthBytes = 64;
export const derivationSuffix = ".drv";

function invalid(storePath: StorePath, reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot use path info of ${storePath}: ${reason}`);
}

function requireLength(storePath: StorePath, what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw invalid(storePath, `${what} "${encodeHex(bytes)}" is ${bytes.length} bytes long, not ${length}`);
}

function requireValidContentAddress(storePath: StorePath, { method, hash }: ContentAddress): void {
  requireLength(
    storePath,
    `${hash.algorithm} digest of its content address`,
    hash.digest,
    digestLengths[hash.algorithm],
  );
  if (method === "text" && hash.algorithm !== "sha256")
    throw invalid(storePath, `its content address is a text hashed with ${hash.algorithm}, not sha256`);
}

/** `invalid-argument`, naming the value, if a rule is broken that the types can't hold. */
export function requireValidPathInfo(pathInfo: PathInfo): void {
  const { storePath, signatures, deriver, ca } = pathInfo;
  requireLength(storePath, "NAR SHA-256", pathInfo.narSha256, sha256LengthBytes);
  for (const signature of signatures) {
    if (!/^[^\s:]+$/.test(signature.name))
      throw invalid(storePath, `no key that signs can be called ${JSON.stringify(signature.name)}`);
    requireLength(storePath, `signature of key "${signature.name}"`, signature.data, signatureLengthBytes);
  }
  if (deriver && !deriver.name.endsWith(derivationSuffix))
    throw invalid(storePath, `its deriver ${deriver} isn't a derivation`);
  if (ca) requireValidContentAddress(storePath, ca);
}

/** The references, each once, in the order that Nix writes them. */
export function sortedReferences(pathInfo: PathInfo): readonly StorePath[] {
  const byBaseName = new Map(pathInfo.references.map((reference) => [reference.baseName, reference]));
  return [...byBaseName.values()].sort((left, right) => compareByteStrings(left.baseName, right.baseName));
}

/** The text that signatures of it are over. */
export function pathInfoFingerprint(pathInfo: PathInfo): string {
  const { storePath, references, narSizeBytes, narSha256 } = pathInfo;
  return fingerprint({ storePath, references, narSizeBytes, narHash: { algorithm: "sha256", digest: narSha256 } });
}
