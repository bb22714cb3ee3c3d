export type TarKind =
  | "file"
  | "directory"
  | "symlink"
  | "hard link"
  | "FIFO"
  | "character device"
  | "block device"
  | "part of a file that another volume begins"
  | "thing of an unknown type";

/** What an archive holds. */
export interface TarEntry {
  /** As it is written there. */
  readonly path: Uint8Array;
  readonly kind: TarKind;
  /** Of a link. */
  readonly target: Uint8Array;
  /** Whether its owner may execute it. */
  readonly executable: boolean;
  /** Of the content. */
  readonly sizeBytes: number;
  /** A file's bytes, those of its holes too. To be read before the next entry is asked for, and once. */
  readonly content: AsyncIterable<Uint8Array>;
}
