/** What a download may take. */
export interface FetchLimits {
  readonly connectTimeoutMs: number;
  /** How long a server may be silent, before its answer and within it. */
  readonly stalledTimeoutMs: number;
  readonly redirects: number;
  readonly attempts: number;
  /** Before the second attempt; doubled each time, and up to twice that by chance. */
  readonly firstRetryMs: number;
  readonly downloadBytes: number;
  /** Of what an archive holds, so that a small one can't fill the store. */
  readonly unpackedBytes: number;
  readonly archiveEntries: number;
  readonly parallelDownloads: number;
}

const gibibyte = 1024 ** 3;

export const defaultFetchLimits: FetchLimits = {
  connectTimeoutMs: 15_000,
  stalledTimeoutMs: 300_000,
  redirects: 20,
  attempts: 5,
  firstRetryMs: 250,
  downloadBytes: 16 * gibibyte,
  unpackedBytes: 64 * gibibyte,
  archiveEntries: 10_000_000,
  parallelDownloads: 16,
};
