/** What has been done so far. */
export interface ImportProgress {
  /** Files, directories and symbolic links that are complete. */
  readonly entries: number;
  /** The sizes of the files among them. */
  readonly bytes: number;
  /** How much of the files that aren't complete is done; for those that are read twice, half of it each time. */
  readonly underWayBytes: number;
  /** What of the complete ones was not in the store yet. */
  readonly uploadedBytes: number;
}

/** All that there is to be done. */
export interface ImportTotals {
  readonly entries: number;
  readonly bytes: number;
}
