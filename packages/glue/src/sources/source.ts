/**
 * Something that an expression has put into the store: its path is calculated at once, the contents are uploaded
 * before anything needs them. Store paths are absolute, paths of files byte strings. Plain data: it crosses threads.
 */
export type Source = TreeSource | TextSource;

/** Where a tree is. The two differ if the evaluation sees only some directories, under paths of their own. */
export interface TreeOrigin {
  /** On this machine. */
  readonly path: string;
  /** For the evaluation. */
  readonly seenAs: string;
}

/** A file or a tree of the evaluator's machine. */
export interface TreeSource extends TreeOrigin {
  readonly kind: "tree";
  readonly storePath: string;
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
