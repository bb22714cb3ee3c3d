import { statSync } from "node:fs";
import { ServiceError } from "@tvix-mesh/service";
import { LmdbIndex } from "./lmdb-index.ts";

/** An index as one of its users has it: `release()` closes it for the last of them. */
export interface SharedLmdbIndex {
  readonly index: LmdbIndex;
  release(): Promise<void>;
}

interface OpenIndex {
  readonly index: LmdbIndex;
  readonly largestBytes: number;
  users: number;
  closed?: Promise<void>;
}

/** By the file itself, since a file may have several paths, and a path several files in turn. */
const openIndexes = new Map<string, OpenIndex>();

function identityOf(path: string): string {
  const status = statSync(path, { bigint: true, throwIfNoEntry: false });
  return status ? `${status.dev}:${status.ino}` : "not there yet";
}

function openAnew(path: string, largestBytes: number): OpenIndex {
  const opened = { index: new LmdbIndex(path, largestBytes), largestBytes, users: 0 };
  openIndexes.set(identityOf(path), opened);
  return opened;
}

async function close(opened: OpenIndex): Promise<void> {
  try {
    await opened.index.close();
  } finally {
    for (const [identity, each] of openIndexes) if (each === opened) openIndexes.delete(identity);
  }
}

/**
 * Opens the index in the file `path`, made if it isn't there, of at most `largestBytes`. LMDB forbids a process to open
 * a file that it has open: sooner or later its writer waits for ever for its own lock. So all users in this process
 * share one index. `failed-precondition` where they don't agree upon its limit.
 */
export async function openSharedLmdbIndex(path: string, largestBytes: number): Promise<SharedLmdbIndex> {
  let opened = openIndexes.get(identityOf(path));
  while (opened?.closed) {
    await opened.closed;
    opened = openIndexes.get(identityOf(path));
  }
  opened ??= openAnew(path, largestBytes);
  if (opened.largestBytes !== largestBytes)
    throw new ServiceError(
      "failed-precondition",
      `Cannot open ${path} with a limit of ${largestBytes} bytes: this process has it open with ${opened.largestBytes}`,
    );
  const shared = opened;
  shared.users += 1;
  return {
    index: shared.index,
    async release() {
      shared.users -= 1;
      if (shared.users === 0) shared.closed = close(shared);
      await shared.closed;
    },
  };
}
