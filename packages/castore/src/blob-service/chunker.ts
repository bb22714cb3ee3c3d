/** Decides where a blob is cut into chunks, by its contents alone. */
export interface Chunker {
  /** No chunk is longer than this. */
  readonly largestBytes: number;
  /**
   * The length of the first chunk of `data`, which holds at least `largestBytes` or else everything up to the end of
   * the blob. Positive unless `data` is empty.
   */
  cut(data: Uint8Array): number;
}
