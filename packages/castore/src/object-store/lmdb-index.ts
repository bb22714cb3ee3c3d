import { closeSync, openSync } from "node:fs";
import { ServiceError, toServiceError } from "@tvix-mesh/service";
import { open, type RootDatabase } from "lmdb";
import { type Change, prepareBatch, type ReadyWrite } from "./lmdb-batch.ts";
import { requireSoundLmdbFile } from "./lmdb-file-check.ts";
import { decodeKey, encodeKey, firstKeyWith } from "./lmdb-key.ts";
import { LmdbPacks } from "./lmdb-packs.ts";
import { decodeRecord, type PackedPlace } from "./lmdb-record.ts";
import { LmdbRoom } from "./lmdb-room.ts";

/** How much is written in one transaction at most. */
const batchBytes = 8 * 1024 * 1024;
/** How many records. The file grows beforehand by what each of them might need at worst, which is far more than it does. */
const batchRecords = 256;
const listedAtOnce = 1000;
/** How LMDB reports pages that lead nowhere. */
const damageReport = /^MDB_(PAGE_NOTFOUND|CORRUPTED|PAGE_FULL|CURSOR_FULL|INVALID|BAD_TXN|BAD_VALSIZE|PROBLEM)/;

interface Write extends Change {
  resolve(previous: Uint8Array | undefined): void;
  reject(error: unknown): void;
}

/** The first character that a key of an object may have. */
const firstKey = "!";

/**
 * Small records under string keys in one LMDB file. Writes that come while another transaction is being made durable
 * go into the next one together. Several processes may have it open.
 */
export class LmdbIndex {
  readonly #database: RootDatabase<Buffer, Buffer>;
  readonly #path: string;
  readonly #descriptor: number;
  readonly #packs: LmdbPacks;
  readonly #room: LmdbRoom;
  readonly #waiting: Write[] = [];
  #working: Promise<void> | undefined;

  /** `largestBytes` limits the file's size. */
  constructor(path: string, largestBytes: number) {
    requireSoundLmdbFile(path);
    this.#path = path;
    this.#database = open<Buffer, Buffer>({
      path,
      noSubdir: true,
      encoding: "binary",
      keyEncoding: "binary",
      maxReaders: 512,
    });
    this.#database.readerCheck();
    this.#descriptor = openSync(path, "r+");
    this.#packs = new LmdbPacks(this.#database);
    this.#room = new LmdbRoom(this.#database, this.#descriptor, largestBytes);
  }

  /** `data-loss` where the index itself is damaged, as for all that reads. */
  get(key: string): Uint8Array | undefined {
    return this.#reading(`object ${key}`, () => this.#database.get(encodeKey(key)));
  }

  has(key: string): boolean {
    return this.#reading(`object ${key}`, () => this.#database.doesExist(encodeKey(key)));
  }

  #reading<Result>(what: string, read: () => Result): Result {
    try {
      return read();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      if (!damageReport.test(reason)) throw cause;
      throw new ServiceError("data-loss", `Cannot read ${what}: the index ${this.#path} is damaged (${reason})`, {
        cause,
      });
    }
  }

  /** The bytes of a packed object; `undefined` if there is no such pack or it is damaged. */
  getPacked(place: PackedPlace): Uint8Array | undefined {
    return this.#reading("a pack", () => this.#packs.get(place));
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
    await this.#room.giveBack().catch(() => undefined);
    this.#working = undefined;
    if (this.#waiting.length > 0) this.#working = this.#work();
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
    const { writes: places, packs } = await prepareBatch(batch);
    const writes = places.filter((write) => write !== undefined);
    const previous = new Map<ReadyWrite, Uint8Array | undefined>();
    await this.#database.transaction(() => {
      previous.clear();
      const abandoned = this.#packsReferredToBy(writes);
      this.#room.make({
        valueLengths: [
          ...writes.map(({ record }) => record?.length ?? 0),
          ...packs.map(({ packed }) => packed.length),
          ...abandoned.map((name) => this.#packs.storedBytes(name)),
        ],
        rewrittenPacks: abandoned.length,
        hasPuts: writes.some(({ record }) => record),
      });
      for (const pack of packs) this.#packs.add(pack);
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
      for (const name of released) this.#packs.release(name);
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

  /** The keys that start with `prefix`, ascending. */
  async *keys(prefix: string, signal?: AbortSignal): AsyncGenerator<string> {
    let start = firstKeyWith(prefix || firstKey);
    let exclusiveStart = false;
    let hasBegun = false;
    for (;;) {
      signal?.throwIfAborted();
      const range = { start, exclusiveStart, limit: listedAtOnce };
      const page = this.#reading("the list of objects", () => [...this.#database.getKeys(range)]);
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
