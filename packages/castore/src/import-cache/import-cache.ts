import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { toServiceError } from "@tvix-mesh/service";
import { open, type RootDatabase } from "lmdb";
import { B3Digest } from "../b3-digest.ts";
import { requireSoundLmdbFile } from "../object-store/lmdb-file-check.ts";
import type { FileStamp } from "./file-stamp.ts";

/** Remembers which contents files had, so that a file that is unchanged since needn't be read again. */
export interface ImportCache extends AsyncDisposable {
  /** What the file contains, if its state is the one that was remembered. */
  get(stamp: FileStamp): B3Digest | undefined;
  /**
   * `stamp` must be of the opened file, before the first byte was read. Nothing is remembered of a file that has changed
   * only just now: it could change once more without its times telling. Kept for good when the cache is disposed of.
   */
  put(stamp: FileStamp, digest: B3Digest): void;
}

/** About 200 MB. What goes beyond is forgotten, all at once. */
const mostFiles = 1_000_000;
/** How many are written in one transaction, which is cheaper by far than one by one. */
const filesAtOnce = 8192;
const digestBytes = 32;
const headBytes = 4 + digestBytes;

const keyOf = ({ file }: FileStamp): Buffer => Buffer.from(file, "latin1");

/** The checksum covers the key too, so that no damage makes one file's digest another's. */
function checksumOf(key: Uint8Array, content: Uint8Array): number {
  return crc32(content, crc32(key));
}

function encode(key: Uint8Array, { state }: FileStamp, digest: B3Digest): Buffer {
  const value = Buffer.alloc(headBytes + state.length);
  value.set(digest.toBytes(), 4);
  value.write(state, headBytes, "latin1");
  value.writeUInt32LE(checksumOf(key, value.subarray(4)), 0);
  return value;
}

function decode(key: Uint8Array, { state }: FileStamp, value: Buffer): B3Digest | undefined {
  if (value.length !== headBytes + state.length || value.toString("latin1", headBytes) !== state) return undefined;
  if (value.readUInt32LE(0) !== checksumOf(key, value.subarray(4))) return undefined;
  return B3Digest.fromBytes(new Uint8Array(value.subarray(4, headBytes)));
}

function openDatabase(path: string): RootDatabase<Buffer, Buffer> {
  mkdirSync(dirname(path), { recursive: true });
  try {
    requireSoundLmdbFile(path);
  } catch {
    // A cache that is damaged is begun anew.
    for (const suffix of ["", "-lock"]) rmSync(path + suffix, { force: true });
  }
  return open<Buffer, Buffer>({ path, noSubdir: true, encoding: "binary", keyEncoding: "binary" });
}

/** Keeps what it remembers in the file `path`. Several processes may have it open. */
export function openImportCache(path: string): ImportCache {
  let database: RootDatabase<Buffer, Buffer>;
  try {
    database = openDatabase(path);
    if ((database.getStats() as { readonly entryCount: number }).entryCount > mostFiles) database.clearSync();
  } catch (error) {
    throw toServiceError(`Cannot open import cache ${path}`, error);
  }
  const waiting: (readonly [key: Buffer, value: Buffer])[] = [];

  function write(): void {
    const entries = waiting.splice(0);
    try {
      database.transactionSync(() => {
        for (const [key, value] of entries) database.putSync(key, value);
      });
    } catch {
      // What can't be remembered is read again next time.
    }
  }

  return {
    get(stamp) {
      const key = keyOf(stamp);
      const value = database.get(key);
      return value && decode(key, stamp, value);
    },
    put(stamp, digest) {
      if (!stamp.isSettled) return;
      const key = keyOf(stamp);
      waiting.push([key, encode(key, stamp, digest)]);
      if (waiting.length === filesAtOnce) write();
    },
    async [Symbol.asyncDispose]() {
      write();
      await database.close();
    },
  };
}
