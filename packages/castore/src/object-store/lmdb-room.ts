import { fstatSync, ftruncateSync, writeSync } from "node:fs";
import type { RootDatabase } from "lmdb";

/** What the file grows by at a time. */
const growthBytes = 1024 * 1024;
/** At the end of the file; what makes a full disk bearable. */
const reservedPages = 256;
/** The part of the reserve that only removals may use. */
const removalPages = 64;
/** Pages of the tree that one write may copy, with that of a split. */
const treePages = 6;
/** Pages of the tree that one pack's records may copy when it is packed anew. */
const rewrittenRecordPages = 64;
/** What a record costs beside its own bytes: its key, its header. */
const recordOverheadBytes = 128;

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

/**
 * How many pages a transaction that writes values of these lengths fills at most. Few writes copy a path of the tree
 * each; many copy at worst all of the tree, and split pages that what they add has filled.
 */
function mostPages(
  lengths: readonly number[],
  sizes: { readonly pageSize: number; readonly treePages: number },
): number {
  const { pageSize } = sizes;
  let own = 0;
  let addedBytes = 0;
  for (const length of lengths) {
    own += Math.ceil((length + recordOverheadBytes) / pageSize);
    addedBytes += recordOverheadBytes + Math.min(length, pageSize / 2);
  }
  const byPaths = treePages * (lengths.length * 2 + 1);
  const wholeTree = sizes.treePages + Math.ceil((4 * addedBytes) / pageSize) + 4 * treePages;
  const tree = Math.min(byPaths, wholeTree);
  // The list of pages that become free has a page for some hundred of them.
  return own + tree + Math.ceil(tree / 250) + treePages;
}

class MapFullError extends Error {
  readonly code = "MDB_MAP_FULL";

  constructor(largestBytes: number) {
    super(`it may not grow beyond ${largestBytes} bytes`);
  }
}

/** What a transaction is about to write. */
export interface TransactionSize {
  /** Of records, packs, and packs that it may pack anew. */
  readonly valueLengths: readonly number[];
  readonly rewrittenPacks: number;
  /** Whether it does more than remove. */
  readonly hasPuts: boolean;
}

/**
 * The room of an LMDB file on its disk. LMDB's binding corrupts its own heap when a write meets a full disk. So each
 * transaction first makes sure, while it holds the writers' lock, that the file has room for all it can write; where that
 * fails, LMDB has written nothing.
 */
export class LmdbRoom {
  readonly #database: RootDatabase<Buffer, Buffer>;
  readonly #descriptor: number;
  readonly #largestBytes: number;
  #zeros: Buffer | undefined;

  /** `largestBytes` limits the file's size; `descriptor` is the caller's to close. */
  constructor(database: RootDatabase<Buffer, Buffer>, descriptor: number, largestBytes: number) {
    this.#database = database;
    this.#descriptor = descriptor;
    this.#largestBytes = largestBytes;
  }

  /** Makes sure of what a transaction may need, or throws. */
  make({ valueLengths, rewrittenPacks, hasPuts }: TransactionSize): void {
    const { pageSize, lastPageNumber, ...stats } = this.#database.getStats() as Statistics;
    const sizes = { pageSize, treePages: stats.root.treeBranchPageCount + stats.root.treeLeafPageCount };
    const pages = mostPages(valueLengths, sizes) + rewrittenPacks * rewrittenRecordPages;
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

  /** Cuts off what a large transaction made sure of and didn't need. */
  async giveBack(): Promise<void> {
    await this.#database.transaction(() => {
      const { pageSize, lastPageNumber } = this.#database.getStats() as Statistics;
      const neededBytes = (lastPageNumber + 1 + reservedPages) * pageSize;
      if (fstatSync(this.#descriptor).size > neededBytes + growthBytes) ftruncateSync(this.#descriptor, neededBytes);
    });
  }
}
