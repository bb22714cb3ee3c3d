import { createHash, randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** What was fetched and when. `Facts` are plain JSON. */
export interface CacheEntry<Facts> {
  readonly facts: Facts;
  readonly fetchedAtMs: number;
}

/**
 * Remembers what came of earlier fetches, under keys of plain JSON. One small file an entry, which becomes visible at
 * once; processes may share the directory. What can't be read or written is as if it weren't there.
 */
export interface FetchCache<Facts> {
  get(key: unknown): Promise<CacheEntry<Facts> | undefined>;
  put(key: unknown, facts: Facts): Promise<void>;
}

export function createFetchCache<Facts>(directory: string, now: () => number = Date.now): FetchCache<Facts> {
  const fileOf = (key: unknown) =>
    join(directory, `${createHash("sha256").update(JSON.stringify(key)).digest("hex")}.json`);
  return {
    async get(key) {
      try {
        return JSON.parse(await readFile(fileOf(key), "utf8")) as CacheEntry<Facts>;
      } catch {
        return undefined;
      }
    },
    async put(key, facts) {
      const file = fileOf(key);
      const draft = `${file}.${randomUUID()}`;
      try {
        await mkdir(directory, { recursive: true });
        await writeFile(draft, JSON.stringify({ facts, fetchedAtMs: now() } satisfies CacheEntry<Facts>));
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true });
      }
    },
  };
}
