/**
 * Keeps the trees of texts from one process to the next, as bytes. A text is known by all of its bytes, and by what else
 * its tree depends on. What goes wrong is as if the tree weren't there.
 */
export interface ParseIndex {
  find(text: Uint8Array, circumstances: string): Uint8Array | undefined;
  /** May keep nothing; what it keeps may wait for `flush`. */
  add(text: Uint8Array, circumstances: string, tree: Uint8Array): void;
  /** Called after each evaluation. */
  flush(): void;
}
