/** What has been done so far. */
export interface ImportProgress {
  /** Files, directories and symbolic links that are complete. */
  readonly entries: number;
  /** The sizes of the files among them. */
  readonly bytes: number;
  /** What of that was not in the store yet. */
  readonly uploadedBytes: number;
}

/** All that there is to be done. */
export interface ImportTotals {
  readonly entries: number;
  readonly bytes: number;
}
