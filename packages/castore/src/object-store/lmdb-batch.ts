import { zstdCompressSync } from "node:zlib";
import { abbreviateKey } from "./lmdb-key.ts";
import { pack, startOfValues } from "./lmdb-pack.ts";
import { type NamedPack, newPackName } from "./lmdb-packs.ts";
import { encodeRecord } from "./lmdb-record.ts";

/** Objects are packed together until they have so many bytes. */
const packBytes = 96 * 1024;

/** What is to be done with one key. */
export interface Change {
  readonly key: string;
  /** What the record becomes, `undefined` to remove it; or what is to be packed with others. */
  readonly change:
    | { readonly record: Uint8Array | undefined }
    | { readonly checksum: number; readonly value: Uint8Array };
}

/** A change of which all is known that goes into the transaction. */
export interface ReadyWrite {
  readonly key: string;
  readonly record: Uint8Array | undefined;
}

interface Member {
  readonly index: number;
  readonly key: string;
  readonly abbreviation: Buffer;
  readonly checksum: number;
  readonly value: Uint8Array;
}

export interface PreparedBatch {
  /** By the index of the change. */
  readonly writes: readonly (ReadyWrite | undefined)[];
  readonly packs: readonly NamedPack[];
}

/**
 * Packs what is to be packed, several objects together, or one by itself where there is no other. A value that a later
 * write of the batch replaces is left out, and its place in `writes` empty.
 */
export async function prepareBatch(batch: readonly Change[]): Promise<PreparedBatch> {
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
    groups.map(async (members): Promise<readonly NamedPack[]> => {
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
