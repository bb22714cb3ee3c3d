/**
 * What an archive consists of, in order. A directory's entries come between its `directory` and its `directoryEnd`,
 * names strictly ascending by bytes. The root alone has no name.
 */
export type NarEvent = NarDirectory | NarFile | NarSymlink | NarDirectoryEnd;

export interface NarDirectory {
  readonly kind: "directory";
  readonly name: Uint8Array | undefined;
}

export interface NarFile {
  readonly kind: "file";
  readonly name: Uint8Array | undefined;
  readonly executable: boolean;
  readonly sizeBytes: number;
  /** Exactly `sizeBytes`, in pieces of any length. To be read before the next event is asked for, and once. */
  readonly content: AsyncIterable<Uint8Array>;
}

export interface NarSymlink {
  readonly kind: "symlink";
  readonly name: Uint8Array | undefined;
  readonly target: Uint8Array;
}

export interface NarDirectoryEnd {
  readonly kind: "directoryEnd";
}
