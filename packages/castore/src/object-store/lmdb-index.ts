import { randomBytes } from "node:crypto";
import { closeSync, fstatSync, ftruncateSync, openSync, writeSync } from "node:fs";
import { zstdCompressSync } from "node:zlib";
import { toServiceError } from "@tvix-mesh/service";
import { open, type RootDatabase } from "lmdb";
import { LRUCache } from "lru-cache";
import { abbreviateKey, decodeKey, encodeKey, firstKeyWith } from "./lmdb-key.ts";
import { entriesOf, pack, packAtOnce, startOfValues, unpack } from "./lmdb-pack.ts";
import { decodeRecord, encodeRecord, type PackedPlace } from "./lmdb-record.ts";

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
/** Pages of the tree that one write may copy, with that of a split. */
const treePages = 6;
/** Pages of the tree that one pack's records may copy when it is packed anew. */
const rewrittenRecordPages = 64;
/** What a record costs beside its own bytes: its key, its header. */
const recordOverheadBytes = 128;
const listedAtOnce = 1000;

interface Write {
  readonly key: string;
  /** What the record becomes, `undefined` to remove it; or what is to be packed with others. */
  readonly change:
    | { readonly record: Uint8Array | undefined }
    | { readonly checksum: number; readonly value: Uint8Array };
  resolve(previous: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** A write of which all is known that goes into the transaction. */
interface ReadyWrite {
  readonly key: string;
  readonly record: Uint8Array | undefined;
}

interface Pack {
  readonly name: string;
  readonly packed: Uint8Array;
  readonly count: number;
}

/** Objects are packed together until they have so many bytes. */
const packBytes = 96 * 1024;
/** No pack unpacks to more: one object more than it should have, and the keys. */
const largestPackBytes = 1024 * 1024;
/** How many packs are kept unpacked in memory. */
const unpackedPacks = 256;

/** Before every key of an object: packs by name, and how many of their objects are still referred to. */
const packKey = (name: string): Buffer => Buffer.from(`\u0001p${name}`, "latin1");
const countKey = (name: string): Buffer => Buffer.from(`\u0001n${name}`, "latin1");
/** The first character that a key of an object may have. */
const firstKey = "!";

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

function newPackName(): string {
  return randomBytes(8).toString("hex");
}

function encodeCount(live: number, total: number): Buffer {
  const counts = Buffer.alloc(8);
  counts.writeUInt32LE(live, 0);
  counts.writeUInt32LE(total, 4);
  return counts;
}

function decodeCount(counts: Buffer | undefined): { readonly live: number; readonly total: number } | undefined {
  return counts && { live: counts.readUInt32LE(0), total: counts.readUInt32LE(4) };
}

interface Member {
  readonly index: number;
  readonly key: string;
  readonly abbreviation: Buffer;
  readonly checksum: number;
  readonly value: Uint8Array;
}

/**
 * Packs what is to be packed, several objects together, or one by itself where there is no other. A value that a later
 * write of the batch replaces is left out, and its place in `writes` empty.
 */
async function prepare(
  batch: readonly Write[],
): Promise<{ readonly writes: readonly (ReadyWrite | undefined)[]; readonly packs: readonly Pack[] }> {
  const writes: (ReadyWrite | undefined)[] = batch.map(() => undefined);
  const lastWrites = new Map(batch.map(({ key }, index) => [key, index]));
  const groups: Member[][] = [];
  let groupBytes = packBytes;
  for (const [index, { key, change }] of batch.entries()) {
    if (!("value" in change)) {
      writes[index] = { key, record: change.record };
      continue;
    }
    if (lastWrites.get(key) !== index) continue;
    if (groupBytes + change.value.length > packBytes) {
      groups.push([]);
      groupBytes = 0;
    }
    groups.at(-1)?.push({ index, key, abbreviation: abbreviateKey(key), ...change });
    groupBytes += change.value.length;
  }
  const packs = await Promise.all(
    groups.map(async (members): Promise<readonly Pack[]> => {
      const [only] = members;
      if (only && members.length === 1) {
        const compressed = zstdCompressSync(only.value, { pledgedSrcSize: only.value.length });
        const { key, checksum } = only;
        writes[only.index] = { key, record: encodeRecord({ kind: "alone", checksum, compressed }) };
        return [];
      }
      const name = newPackName();
      let start = startOfValues(members);
      for (const { index, key, checksum, value } of members) {
        writes[index] = {
          key,
          record: encodeRecord({ kind: "packed", checksum, pack: name, start, length: value.length }),
        };
        start += value.length;
      }
      return [{ name, packed: await pack(members), count: members.length }];
    }),
  );
  return { writes, packs: packs.flat() };
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
  readonly #database: RootDatabase<Buffer, Buffer>;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #largestBytes: number;
  readonly #waiting: Write[] = [];
  readonly #unpacked = new LRUCache<string, Buffer>({ max: unpackedPacks });
  #working: Promise<void> | undefined;
  #zeros: Buffer | undefined;

  /** `largestBytes` limits the file's size. */
  constructor(path: string, largestBytes: number) {
    this.#path = path;
    this.#largestBytes = largestBytes;
    this.#database = open<Buffer, Buffer>({
      path,
      noSubdir: true,
      encoding: "binary",
      keyEncoding: "binary",
      maxReaders: 512,
    });
    this.#database.readerCheck();
    this.#descriptor = openSync(path, "r+");
  }

  get(key: string): Uint8Array | undefined {
    return this.#database.get(encodeKey(key));
  }

  has(key: string): boolean {
    return this.#database.doesExist(encodeKey(key));
  }

  /** The bytes of a packed object; `undefined` if there is no such pack or it is damaged. */
  getPacked({ pack: name, start, length }: PackedPlace): Uint8Array | undefined {
    let unpacked = this.#unpacked.get(name);
    if (!unpacked) {
      const packed = this.#database.get(packKey(name));
      if (!packed) return undefined;
      try {
        unpacked = unpack(packed, largestPackBytes);
      } catch {
        return undefined;
      }
      this.#unpacked.set(name, unpacked);
    }
    return start + length <= unpacked.length ? new Uint8Array(unpacked.subarray(start, start + length)) : undefined;
  }

  /** Writes durably; answers what was there before. */
  put(key: string, record: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#write(key, { record });
  }

  /** Writes durably, packed with what is put at the same time; answers what was there before. */
  putPacked(key: string, checksum: number, value: Uint8Array): Promise<Uint8Array | undefined> {
    return this.#write(key, { checksum, value });
  }

  /** Removes durably; answers what was there. */
  remove(key: string): Promise<Uint8Array | undefined> {
    return this.#write(key, { record: undefined });
  }

  #write(key: string, change: Write["change"]): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, change, resolve, reject });
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
    await this.#giveBackRoom().catch(() => undefined);
    this.#working = undefined;
    if (this.#waiting.length > 0) this.#working = this.#work();
  }

  /** Cuts off what a large transaction made sure of and didn't need. */
  async #giveBackRoom(): Promise<void> {
    await this.#database.transaction(() => {
      const { pageSize, lastPageNumber } = this.#database.getStats() as Statistics;
      const neededBytes = (lastPageNumber + 1 + reservedPages) * pageSize;
      if (fstatSync(this.#descriptor).size > neededBytes + growthBytes) ftruncateSync(this.#descriptor, neededBytes);
    });
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
    for (const { change } of this.#waiting) {
      bytes += ("value" in change ? change.value : change.record)?.length ?? 0;
      if (count > 0 && (bytes > batchBytes || count === batchRecords)) break;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }

  async #commit(batch: readonly Write[]): Promise<void> {
    const { writes: places, packs } = await prepare(batch);
    const writes = places.filter((write) => write !== undefined);
    const previous = new Map<ReadyWrite, Uint8Array | undefined>();
    await this.#database.transaction(() => {
      previous.clear();
      const abandoned = this.#packsReferredToBy(writes);
      this.#makeRoom(writes, packs, abandoned);
      for (const { name, packed, count } of packs) {
        this.#database.putSync(packKey(name), packed as Buffer);
        this.#database.putSync(countKey(name), encodeCount(count, count));
      }
      const released: string[] = [];
      for (const write of writes) {
        const place = encodeKey(write.key);
        const before = this.#database.get(place);
        previous.set(write, before);
        const { record } = write;
        if (record) this.#database.putSync(place, record as Buffer);
        else this.#database.removeSync(place);
        const replaced = decodeRecord(before);
        if (replaced?.kind === "packed") released.push(replaced.pack);
      }
      // Only now: a pack that is packed anew takes those of its objects that are referred to.
      for (const name of released) this.#release(name);
    });
    await this.#database.flushed;
    for (const [index, { resolve }] of batch.entries()) {
      const write = places[index];
      resolve(write && previous.get(write));
    }
  }

  /** The packs that lose objects by these writes. */
  #packsReferredToBy(writes: readonly ReadyWrite[]): readonly string[] {
    const names = new Set<string>();
    for (const { key } of writes) {
      const record = decodeRecord(this.#database.get(encodeKey(key)));
      if (record?.kind === "packed") names.add(record.pack);
    }
    return [...names];
  }

  /** One object of the pack is referred to no more. A pack of which half is left is packed anew. */
  #release(name: string): void {
    const counts = decodeCount(this.#database.get(countKey(name)));
    if (!counts) return;
    const live = counts.live - 1;
    if (live > counts.total / 2) return void this.#database.putSync(countKey(name), encodeCount(live, counts.total));
    if (live > 0 && !this.#packAgain(name))
      return void this.#database.putSync(countKey(name), encodeCount(live, counts.total));
    this.#database.removeSync(packKey(name));
    this.#database.removeSync(countKey(name));
  }

  /** Packs what is still referred to anew. Not where the pack is damaged: its objects are then to be found so. */
  #packAgain(name: string): boolean {
    const packed = this.#database.get(packKey(name));
    if (!packed) return false;
    try {
      const unpacked = unpack(packed, largestPackBytes);
      const live = entriesOf(unpacked).flatMap(({ abbreviation, start, end }) => {
        const found = this.#findPacked(abbreviation, name, start);
        return found ? [{ ...found, abbreviation, value: unpacked.subarray(start, end) }] : [];
      });
      const again = newPackName();
      const bytes = packAtOnce(live);
      for (const [index, { start, end }] of entriesOf(unpack(bytes, largestPackBytes)).entries()) {
        const { place, checksum } = live[index] as (typeof live)[number];
        const record = { kind: "packed", checksum, pack: again, start, length: end - start } as const;
        this.#database.putSync(place, encodeRecord(record) as Buffer);
      }
      this.#database.putSync(packKey(again), bytes as Buffer);
      this.#database.putSync(countKey(again), encodeCount(live.length, live.length));
      return true;
    } catch {
      return false;
    }
  }

  /** The record of the object that lies there in a pack, if it is still referred to. */
  #findPacked(
    abbreviation: Buffer,
    pack: string,
    start: number,
  ): { readonly place: Buffer; readonly checksum: number } | undefined {
    for (const place of this.#database.getKeys({ start: abbreviation })) {
      if (Buffer.compare(place.subarray(0, abbreviation.length), abbreviation) !== 0) return undefined;
      const record = decodeRecord(this.#database.get(place));
      if (record?.kind === "packed" && record.pack === pack && record.start === start)
        return { place: Buffer.from(place), checksum: record.checksum };
    }
    return undefined;
  }

  #makeRoom(writes: readonly ReadyWrite[], packs: readonly Pack[], abandoned: readonly string[]): void {
    const { pageSize, lastPageNumber, ...stats } = this.#database.getStats() as Statistics;
    const hasPuts = writes.some(({ record }) => record);
    const rewritten = abandoned.map((name) => this.#database.get(packKey(name))?.length ?? 0);
    const values = [
      ...writes.map(({ record }) => record?.length ?? 0),
      ...packs.map(({ packed }) => packed.length),
      ...rewritten,
    ];
    const sizes = { pageSize, treePages: stats.root.treeBranchPageCount + stats.root.treeLeafPageCount };
    const pages = mostPages(values, sizes) + abandoned.length * rewrittenRecordPages;
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
    let start = firstKeyWith(prefix || firstKey);
    let exclusiveStart = false;
    let hasBegun = false;
    for (;;) {
      signal?.throwIfAborted();
      const page = [...this.#database.getKeys({ start, exclusiveStart, limit: listedAtOnce })];
      for (const encoded of page) {
        const key = decodeKey(encoded);
        if (key.startsWith(prefix)) {
          hasBegun = true;
          yield key;
        } else if (hasBegun || key > prefix) return;
      }
      if (page.length < listedAtOnce) return;
      start = page.at(-1) as Buffer;
      exclusiveStart = true;
    }
  }

  async close(): Promise<void> {
    await this.#working;
    closeSync(this.#descriptor);
    await this.#database.close();
  }
}
