/**
 * Something that an expression has put into the store: its path is calculated at once, the contents are uploaded
 * before anything needs them. Store paths are absolute, paths of files byte strings. Plain data: it crosses threads.
 */
export type Source = TreeSource | TextSource;

/** A file or a tree of the evaluator's machine. */
export interface TreeSource {
  readonly kind: "tree";
  readonly storePath: string;
  readonly path: string;
  /** What a filter has let through, as paths below the root such as `a/b`; undefined for everything. */
  readonly included: ReadonlySet<string> | undefined;
  /** Over the NAR, or for `flat` over the file's bytes. */
  readonly sha256: Uint8Array;
  readonly method: "flat" | "recursive";
}

/** A text that the expression has made. */
export interface TextSource {
  readonly kind: "text";
  readonly storePath: string;
  readonly contents: Uint8Array;
  readonly references: readonly string[];
}
