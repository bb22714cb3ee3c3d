import { createHash } from "node:crypto";
import {
  createBlobServiceClient,
  createDirectoryServiceClient,
  Directory,
  hashB3,
  type NamedNode,
} from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import type { Channel } from "@tvix-mesh/service";
import { createPathInfoServiceClient, type PathInfo } from "@tvix-mesh/store";

/** Things to store, each named by a number that determines it. */
export interface Uploads {
  /** Resolves once the daemon has acknowledged it. */
  put(number: number): Promise<void>;
  /** Whether it is there. Rejects if what is there is damaged. */
  isThere(number: number): Promise<boolean>;
}

/** Bytes that look random. */
export function bytesOf(number: number, sizeBytes: number): Uint8Array {
  return createHash("shake256", { outputLength: sizeBytes }).update(`contents ${number}`).digest();
}

const blobSizes = [1_000, 50_000, 200_000, 1_500_000];

/** Blobs from a part of a message to many chunks. */
export function blobUploads(channel: Channel): Uploads {
  const blobs = createBlobServiceClient(channel);
  const contents = (number: number) => bytesOf(number, blobSizes[number % blobSizes.length] ?? 0);
  return {
    async put(number) {
      await using writer = await blobs.openWrite();
      await writer.write(contents(number));
      await writer.close();
    },
    async isThere(number) {
      const expected = contents(number);
      const reader = await blobs.openRead(hashB3(expected));
      if (!reader) return false;
      if (Buffer.concat(await Array.fromAsync(reader.read())).equals(expected)) return true;
      throw new Error(`Cannot read blob ${number}: other contents`);
    },
  };
}

function directoryAround(child: Directory, name: string): Directory {
  const node: NamedNode["node"] = { kind: "directory", digest: child.digest, size: child.size };
  return Directory.of([{ name: Buffer.from(name), node }]);
}

/** Closures of some levels. */
export function directoryUploads(channel: Channel): Uploads {
  const directories = createDirectoryServiceClient(channel);
  function closure(number: number): readonly Directory[] {
    const file: NamedNode["node"] = {
      kind: "file",
      digest: hashB3(bytesOf(number, 10)),
      size: 10n,
      executable: false,
    };
    const levels = [Directory.of([{ name: Buffer.from("file"), node: file }])];
    for (let level = 0; level < 20; level++)
      levels.unshift(directoryAround(levels[0] ?? Directory.empty, `level-${level}`));
    return levels;
  }
  return {
    async put(number) {
      await using putter = await directories.openPutter();
      for (const directory of closure(number).toReversed()) await putter.put(directory);
      await putter.close();
    },
    async isThere(number) {
      const expected = closure(number).map(({ digest }) => digest.hex);
      const root = closure(number)[0] ?? Directory.empty;
      const found = await Array.fromAsync(directories.getRecursive(root.digest));
      if (found.length === 0) return false;
      if (found.map(({ digest }) => digest.hex).join() === expected.join()) return true;
      throw new Error(`Cannot read closure ${number}: other directories`);
    },
  };
}

export function pathInfoUploads(channel: Channel): Uploads {
  const pathInfos = createPathInfoServiceClient(channel);
  const pathInfo = (number: number): PathInfo => ({
    storePath: new StorePath(bytesOf(number, 20), `path-${number}`),
    node: { kind: "file", digest: hashB3(bytesOf(number, 10)), size: 10n, executable: false },
    references: Array.from({ length: 100 }, (_, index) => new StorePath(bytesOf(index, 20), `path-${index}`)),
    narSizeBytes: 128n,
    narSha256: bytesOf(number, 32),
    signatures: [],
  });
  return {
    async put(number) {
      await pathInfos.put(pathInfo(number));
    },
    async isThere(number) {
      const { storePath, narSha256 } = pathInfo(number);
      const found = await pathInfos.get(storePath.digest);
      if (!found) return false;
      if (Buffer.compare(found.narSha256, narSha256) === 0) return true;
      throw new Error(`Cannot read path info ${number}: another NAR hash`);
    },
  };
}
