import type { BigIntStats } from "node:fs";

/**
 * How long a file must have rested for its times to tell the next change apart: file systems count in steps of up to two
 * seconds, and of two changes within one step the second is not seen.
 */
const restNs = 2_000_000_000n;
const ownerExecutes = 0o100n;

/** What a file system says of a file, by which it is known again. */
export interface FileStamp {
  /** Which file it is: device and inode. */
  readonly file: string;
  /** Which of its states: size, and to the nanosecond when its contents and anything else of it changed. */
  readonly state: string;
  readonly sizeBytes: number;
  readonly executable: boolean;
  /** Whether it had rested long enough when it was looked at. */
  readonly isSettled: boolean;
}

export function stampOf(stats: BigIntStats): FileStamp {
  const { dev, ino, size, mtimeNs, ctimeNs, mode } = stats;
  const lastNs = mtimeNs > ctimeNs ? mtimeNs : ctimeNs;
  return {
    file: `${dev}:${ino}`,
    state: `${size}:${mtimeNs}:${ctimeNs}`,
    sizeBytes: Number(size),
    executable: (mode & ownerExecutes) !== 0n,
    isSettled: lastNs + restNs < BigInt(Date.now()) * 1_000_000n,
  };
}
