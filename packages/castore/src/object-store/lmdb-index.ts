import { closeSync, fstatSync, openSync, writeSync } from "node:fs";
import { toServiceError } from "@tvix-mesh/service";
import { open, type RootDatabase } from "lmdb";

/** How much is written in one transaction at most. */
const batchBytes = 8 * 1024 * 1024;
/** How many records. The file grows beforehand by what each of them might need at worst, which is far more than it does. */
const batchRecords = 256;
/** What the file grows by at a time. */
const growthBytes = 1024 * 1024;
/** At the end of the file; what makes a full disk bearable. */
const reservedPages = 256;
/** The part of the reserve that only removals may use. */
const removalPages = 64;
/** Pages of the tree that one write may copy. */
const treePages = 6;
const listedAtOnce = 1000;

interface Write {
  readonly key: string;
  /** What the record becomes; `undefined` removes it. */
  readonly record: Uint8Array | undefined;
  resolve(previous: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

interface TreeStatistics {
  readonly treeBranchPageCount: number;
  readonly treeLeafPageCount: number;
  readonly overflowPages: number;
}

interface Statistics {
  readonly pageSize: number;
  readonly lastPageNumber: number;
  readonly root: TreeStatistics;
  readonly free: TreeStatistics;
}

const metaPages = 2;

function usedPages({ root, free }: Pick<Statistics, "root" | "free">): number {
  const pagesOf = (tree: TreeStatistics): number =>
    tree.treeBranchPageCount + tree.treeLeafPageCount + tree.overflowPages;
  return metaPages + pagesOf(root) + pagesOf(free);
}

class MapFullError extends Error {
  readonly code = "MDB_MAP_FULL";

  constructor(largestBytes: number) {
    super(`it may not grow beyond ${largestBytes} bytes`);
  }
}

/**
 * Small records under string keys in one LMDB file. Writes that come while another transaction is being made durable
 * go into the next one together. Several processes may have it open.
 *
 * LMDB's binding corrupts its own heap when a write meets a full disk. So each transaction first makes sure, while it
 * holds the writers' lock, that the file has room for all it can write; where that fails, LMDB has written nothing.
 */
export class LmdbIndex {
  readonly #database: RootDatabase<Buffer, string>;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #largestBytes: number;
  readonly #waiting: Write[] = [];
  #working: Promise<void> | undefined;
  #zeros: Buffer | undefined;

  /** `largestBytes` limits the file's size. */
  constructor(path: string, largestBytes: number) {
    this.#path = path;
    this.#largestBytes = largestBytes;
    this.#database = open<Buffer, string>({ path, noSubdir: true, encoding: "binary", maxReaders: 512 });
    this.#database.readerCheck();
    this.#descriptor = openSync(path, "r+");
  }

  get(key: string): Uint8Array | undefined {
    return this.#database.get(key);
  }

  has(key: string): boolean {
    return this.#database.doesExist(key);
  }

  /** Writes durably; answers what was there before. */
  put(key: string, record: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#write(key, record);
  }

  /** Removes durably; answers what was there. */
  remove(key: string): Promise<Uint8Array | undefined> {
    return this.#write(key, undefined);
  }

  #write(key: string, record: Uint8Array | undefined): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, record, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  async #work(): Promise<void> {
    // Lets the writes of this turn of the event loop gather.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      if (await this.#tryCommit(batch)) continue;
      // Some may fit where all together don't; and a full disk must not keep objects from being removed.
      for (const write of batch) await this.#tryCommit([write]);
    }
    this.#working = undefined;
  }

  /** Commits and answers the callers; a failed batch of several is left to be tried one by one. */
  async #tryCommit(batch: readonly Write[]): Promise<boolean> {
    try {
      await this.#commit(batch);
      return true;
    } catch (error) {
      const failure = toServiceError(`Cannot write to ${this.#path}`, error);
      if (batch.length === 1) for (const write of batch) write.reject(failure);
      return batch.length === 1;
    }
  }

  #takeBatch(): readonly Write[] {
    let bytes = 0;
    let count = 0;
    for (const { record } of this.#waiting) {
      bytes += record?.length ?? 0;
      if (count > 0 && (bytes > batchBytes || count === batchRecords)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(batch: readonly Write[]): Promise<void> {
    const previous: (Uint8Array | undefined)[] = [];
    await this.#database.transaction(() => {
      this.#makeRoom(batch);
      for (const { key, record } of batch) {
        previous.push(this.#database.get(key));
        if (record) this.#database.putSync(key, record as Buffer);
        else this.#database.removeSync(key);
      }
    });
    await this.#database.flushed;
    for (const [index, write] of batch.entries()) write.resolve(previous[index]);
  }

  #makeRoom(batch: readonly Write[]): void {
    const { pageSize, lastPageNumber, ...stats } = this.#database.getStats() as Statistics;
    const hasPuts = batch.some((write) => write.record);
    let pages = treePages;
    for (const { record } of batch) pages += treePages + Math.ceil((record?.length ?? 0) / pageSize);
    const total = lastPageNumber + 1;
    const failure = this.#growTo((total + pages + (hasPuts ? reservedPages : 0)) * pageSize);
    if (!failure) return;
    // The reserve is for removals, and for puts that will most likely find room in what those have freed.
    const available = Math.floor(Math.min(fstatSync(this.#descriptor).size, this.#largestBytes) / pageSize) - total;
    const hasFreePages = total - usedPages(stats) >= 4 * pages;
    const isSafe = hasPuts ? hasFreePages && available >= pages + removalPages : available >= pages;
    if (!isSafe) throw failure;
  }

  /** Makes the file that long if it isn't. Answers why it can't. */
  #growTo(neededBytes: number): unknown {
    if (neededBytes > this.#largestBytes) return new MapFullError(this.#largestBytes);
    const sizeBytes = fstatSync(this.#descriptor).size;
    this.#zeros ??= Buffer.alloc(growthBytes);
    try {
      for (let end = sizeBytes; end < neededBytes; )
        end += writeSync(this.#descriptor, this.#zeros, 0, growthBytes, end);
      return undefined;
    } catch (error) {
      return fstatSync(this.#descriptor).size < neededBytes ? error : undefined;
    }
  }

  /** The keys that start with `prefix`, ascending. */
  async *keys(prefix: string, signal?: AbortSignal): AsyncGenerator<string> {
    let start = prefix;
    let exclusiveStart = false;
    for (;;) {
      signal?.throwIfAborted();
      const page = [...this.#database.getKeys({ start, exclusiveStart, limit: listedAtOnce })];
      for (const key of page) {
        if (!key.startsWith(prefix)) return;
        yield key;
      }
      if (page.length < listedAtOnce) return;
      start = page.at(-1) as string;
      exclusiveStart = true;
    }
  }

  async close(): Promise<void> {
    await this.#working;
    closeSync(this.#descriptor);
    await this.#database.close();
  }
}
