import { FormatError } from "../format-error.ts";
import { formatNixHash, type NixHash } from "../nix-hash.ts";
import { defaultStoreDir, type StorePath } from "../store-path.ts";

/** What a signature vouches for. */
export interface FingerprintedPath {
  readonly storePath: StorePath;
  /** SHA-256. */
  readonly narHash: NixHash;
  readonly narSizeBytes: bigint;
  /** In any order, the path itself included if it refers to itself. */
  readonly references: readonly StorePath[];
}

/** The text that is signed: `1;<path>;sha256:<nixbase32>;<size>;<references>`. */
export function fingerprint(path: FingerprintedPath, storeDir: string = defaultStoreDir): string {
  if (path.narHash.algorithm !== "sha256") {
    throw new FormatError(
      `Cannot fingerprint ${path.storePath}: its NAR hash is ${path.narHash.algorithm}, not sha256`,
    );
  }
  const references = [...new Set(path.references.map((reference) => reference.absolute(storeDir)))].sort().join(",");
  const hash = formatNixHash(path.narHash, "nix32");
  return `1;${path.storePath.absolute(storeDir)};${hash};${path.narSizeBytes};${references}`;
}
