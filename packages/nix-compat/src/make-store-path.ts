import { hash as hashOneShot } from "node:crypto";
import type { ByteString } from "./byte-string.ts";
import { FormatError } from "./format-error.ts";
import { encodeHex } from "./hex.ts";
import { formatNixHash, hashBytes, type NixHash } from "./nix-hash.ts";
import { encodeNixBase32 } from "./nixbase32.ts";
import { defaultStoreDir, StorePath } from "./store-path.ts";

/** What a store path may point to. `self` adds the path itself, whose digest can't be known beforehand. */
export interface StorePathReferences {
  readonly others: readonly StorePath[];
  readonly self: boolean;
}

export const noReferences: StorePathReferences = { others: [], self: false };

/** Flat hashes the bytes of a file; recursive hashes a NAR. */
export type FixedOutputMethod = "flat" | "recursive";

/** Folds a digest by XOR, which is how SHA-256 becomes the 20 bytes of a store path. */
export function compressDigest(digest: Uint8Array, length: number): Uint8Array {
  const folded = new Uint8Array(length);
  for (let index = 0; index < digest.length; index++) folded[index % length]! ^= digest[index]!;
  return folded;
}

/** Every store path comes from here. `type` carries references where there are any. Source: Nix manual, "Store path". */
export function makeStorePath(
  type: string,
  hash: NixHash,
  name: string,
  storeDir: string = defaultStoreDir,
): StorePath {
  return storePathOfFingerprint(`${type}:${formatNixHash(hash, "base16")}`, name, storeDir);
}

/** The path of `builtins.toFile` and of derivations: named by contents and references. */
export function makeTextPath(
  name: string,
  contentSha256: NixHash,
  references: readonly StorePath[],
  storeDir: string = defaultStoreDir,
): StorePath {
  requireSha256(contentSha256, "text", name);
  return makeStorePath(
    typeWithReferences("text", { others: references, self: false }, storeDir),
    contentSha256,
    name,
    storeDir,
  );
}

/** The path of contents that are known by their hash. Only SHA-256 over a NAR may have references. */
export function makeFixedOutputPath(
  name: string,
  method: FixedOutputMethod,
  hash: NixHash,
  references: StorePathReferences = noReferences,
  storeDir: string = defaultStoreDir,
): StorePath {
  if (method === "recursive" && hash.algorithm === "sha256") {
    return makeStorePath(typeWithReferences("source", references, storeDir), hash, name, storeDir);
  }
  if (references.self || references.others.length > 0) {
    throw new FormatError(`Cannot make store path "${name}": a ${method} ${hash.algorithm} hash can't have references`);
  }
  const prefix = method === "recursive" ? "r:" : "";
  const description = `fixed:out:${prefix}${formatNixHash(hash, "base16")}:`;
  return makeStorePath("output:out", hashBytes("sha256", description), name, storeDir);
}

/** The path of an input-addressed output, from the derivation's hash modulo. */
export function makeOutputPath(
  derivationName: string,
  outputName: string,
  sha256Hex: string,
  storeDir: string = defaultStoreDir,
): StorePath {
  return storePathOfFingerprint(
    `output:${outputName}:sha256:${sha256Hex}`,
    outputPathName(derivationName, outputName),
    storeDir,
  );
}

/** `name` for the output `out`, `name-output` for every other. */
export function outputPathName(derivationName: string, outputName: string): string {
  return outputName === "out" ? derivationName : `${derivationName}-${outputName}`;
}

/** What `builtins.placeholder` returns: stands for an output's path inside its own derivation. */
export function hashPlaceholder(outputName: ByteString): string {
  return placeholderOf(`nix-output:${outputName}`);
}

/** Stands for an output of a content-addressed derivation, in derivations that use it before its path is known. */
export function upstreamPlaceholder(derivationPath: StorePath, outputName: string): string {
  if (!derivationPath.name.endsWith(".drv")) {
    throw new FormatError(`Cannot make placeholder for ${derivationPath}: it isn't a derivation`);
  }
  const outputPath = outputPathName(derivationPath.name.slice(0, -".drv".length), outputName);
  return placeholderOf(`nix-upstream-output:${derivationPath.hashPart}:${outputPath}`);
}

function placeholderOf(clearText: string): string {
  return `/${encodeNixBase32(hashOneShot("sha256", Buffer.from(clearText, "latin1"), "buffer"))}`;
}

function storePathOfFingerprint(typeAndHash: string, name: string, storeDir: string): StorePath {
  const digest = hashOneShot("sha256", `${typeAndHash}:${storeDir}:${name}`, "buffer");
  return new StorePath(compressDigest(digest, 20), name);
}

function typeWithReferences(type: string, references: StorePathReferences, storeDir: string): string {
  let result = type;
  const paths = new Set(references.others.map((path) => path.baseName));
  for (const baseName of [...paths].sort()) result += `:${storeDir}/${baseName}`;
  return references.self ? `${result}:self` : result;
}

function requireSha256(hash: NixHash, what: string, name: string): void {
  if (hash.algorithm === "sha256") return;
  throw new FormatError(
    `Cannot make ${what} path "${name}": ${hash.algorithm} ${encodeHex(hash.digest)} isn't SHA-256`,
  );
}
