import type { ContentAddress } from "../content-address.ts";
import type { NixHash } from "../nix-hash.ts";
import type { Signature } from "../signature/signature.ts";
import type { StorePath } from "../store-path.ts";

/** What a binary cache says of a store path. */
export interface NarInfo {
  readonly storePath: StorePath;
  /** Of the compressed archive, mostly relative to the cache's root. */
  readonly url: string;
  /** `none`, `xz`, `zstd` and so on. Where a cache names none, it is `bzip2`. */
  readonly compression: string;
  /** Of the compressed archive. */
  readonly fileHash: NixHash | undefined;
  readonly fileSizeBytes: bigint | undefined;
  /** SHA-256. */
  readonly narHash: NixHash;
  readonly narSizeBytes: bigint;
  readonly references: readonly StorePath[];
  readonly deriver: StorePath | undefined;
  readonly system: string | undefined;
  readonly signatures: readonly Signature[];
  readonly contentAddress: ContentAddress | undefined;
}
