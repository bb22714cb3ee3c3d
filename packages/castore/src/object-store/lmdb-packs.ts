import { randomBytes } from "node:crypto";
import type { RootDatabase } from "lmdb";
import { LRUCache } from "lru-cache";
import { entriesOf, packAtOnce, unpack } from "./lmdb-pack.ts";
import { decodeRecord, encodeRecord, type PackedPlace } from "./lmdb-record.ts";

/** No pack unpacks to more: one object more than it should have, and the keys. */
const largestPackBytes = 1024 * 1024;
/** How many packs are kept unpacked in memory. */
const unpackedPacks = 256;

/** A pack as it is stored. */
export interface NamedPack {
  readonly name: string;
  readonly packed: Uint8Array;
  readonly count: number;
}

/** Before every key of an object: packs by name, and how many of their objects are still referred to. */
const packKey = (name: string): Buffer => Buffer.from(`\u0001p${name}`, "latin1");
const countKey = (name: string): Buffer => Buffer.from(`\u0001n${name}`, "latin1");

export function newPackName(): string {
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

/** The packs of an index. What changes them belongs into a transaction. */
export class LmdbPacks {
  readonly #database: RootDatabase<Buffer, Buffer>;
  readonly #unpacked = new LRUCache<string, Buffer>({ max: unpackedPacks });

  constructor(database: RootDatabase<Buffer, Buffer>) {
    this.#database = database;
  }

  /** The bytes of a packed object; `undefined` if there is no such pack or it is damaged. */
  get({ pack: name, start, length }: PackedPlace): Uint8Array | undefined {
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

  /** What a pack takes as it is stored; 0 if there is none. */
  storedBytes(name: string): number {
    return this.#database.get(packKey(name))?.length ?? 0;
  }

  add({ name, packed, count }: NamedPack): void {
    this.#database.putSync(packKey(name), packed as Buffer);
    this.#database.putSync(countKey(name), encodeCount(count, count));
  }

  /** One object of the pack is referred to no more. A pack of which half is left is packed anew. */
  release(name: string): void {
    const counts = decodeCount(this.#database.get(countKey(name)));
    if (!counts) return;
    const live = counts.live - 1;
    if (live > counts.total / 2) return void this.#database.putSync(countKey(name), encodeCount(live, counts.total));
    if (live > 0 && !this.#packAgain(name, live))
      return void this.#database.putSync(countKey(name), encodeCount(live, counts.total));
    this.#database.removeSync(packKey(name));
    this.#database.removeSync(countKey(name));
  }

  /** Packs what is still referred to anew. Not where the pack is damaged: its objects are then to be found so. */
  #packAgain(name: string, liveCount: number): boolean {
    const packed = this.#database.get(packKey(name));
    if (!packed) return false;
    try {
      const unpacked = unpack(packed, largestPackBytes);
      const live = entriesOf(unpacked).flatMap(({ abbreviation, start, end }) => {
        const found = this.#findPacked(abbreviation, name, start);
        return found ? [{ ...found, abbreviation, value: unpacked.subarray(start, end) }] : [];
      });
      if (live.length < liveCount) return false;
      const again = newPackName();
      const bytes = packAtOnce(live);
      for (const [index, { start, end }] of entriesOf(unpack(bytes, largestPackBytes)).entries()) {
        const { place, checksum } = live[index] as (typeof live)[number];
        const record = { kind: "packed", checksum, pack: again, start, length: end - start } as const;
        this.#database.putSync(place, encodeRecord(record) as Buffer);
      }
      this.add({ name: again, packed: bytes, count: live.length });
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
}
