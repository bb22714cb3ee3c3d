import type { Message } from "@bufbuild/protobuf";
import type { ReadResponse } from "@tvix-mesh/proto/mesh/castore/v1/blob_batch";
import type { GetClosureResponse } from "@tvix-mesh/proto/mesh/castore/v1/closure";
import type { Directory } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import type { BlobChunk, StatBlobResponse } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import type { PathInfo } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { pick, type Random, randomBytes } from "./random.ts";

/** How a server lies in the answers of one method. */
export interface Lie {
  readonly what: string;
  /** As it is on the wire, without the package. */
  readonly method: string;
  /** What goes out for an answer, which may be changed. */
  tell(answer: never, random: Random): readonly Message[];
}

function lie<Answer extends Message>(
  method: string,
  what: string,
  change: (answer: Answer, random: Random) => void,
): Lie {
  return {
    what: `${what} in ${method}`,
    method,
    tell(answer: Answer, random) {
      change(answer, random);
      return [answer];
    },
  };
}

export function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  if (bytes.length === 0) return bytes;
  const at = random(bytes.length);
  return bytes.with(at, (bytes[at] as number) ^ (1 << random(8)));
}

function exchangeTwo<Item>(items: Item[], random: Random): void {
  if (items.length < 2) return;
  const first = random(items.length - 1);
  items.splice(first, 2, items[first + 1] as Item, items[first] as Item);
}

const read = "BlobService/Read";
const stat = "BlobService/Stat";
const batch = "BlobBatchService/Read";

const ofBlobs: readonly Lie[] = [
  lie<BlobChunk>(read, "a bit flipped", (answer, random) => {
    answer.data = flipBit(answer.data, random);
  }),
  lie<BlobChunk>(read, "bytes missing", (answer, random) => {
    answer.data = answer.data.subarray(0, random(answer.data.length));
  }),
  lie<BlobChunk>(read, "bytes too many", (answer, random) => {
    answer.data = new Uint8Array(Buffer.concat([answer.data, randomBytes(random, 1 + random(100))]));
  }),
  { what: `a message left out in ${read}`, method: read, tell: () => [] },
  { what: `a message twice in ${read}`, method: read, tell: (answer) => [answer, answer] },
  lie<BlobChunk>(read, "other bytes", (answer, random) => {
    answer.data = randomBytes(random, answer.data.length);
  }),
  lie<StatBlobResponse>(stat, "two chunks exchanged", ({ chunks }, random) => exchangeTwo(chunks, random)),
  lie<StatBlobResponse>(stat, "a chunk left out", ({ chunks }, random) => void chunks.splice(random(chunks.length), 1)),
  lie<StatBlobResponse>(stat, "a chunk twice", ({ chunks }, random) => {
    if (chunks.length > 0) chunks.push(pick(random, chunks));
  }),
  lie<StatBlobResponse>(stat, "a wrong size of a chunk", ({ chunks }, random) => {
    if (chunks.length > 0) pick(random, chunks).size += BigInt(1 + random(1000));
  }),
  lie<StatBlobResponse>(stat, "another chunk", ({ chunks }, random) => {
    if (chunks.length === 0) return;
    const chunk = pick(random, chunks);
    chunk.digest = flipBit(chunk.digest, random);
  }),
  lie<StatBlobResponse>(stat, "no chunks", (answer) => {
    answer.chunks = [];
  }),
  lie<StatBlobResponse>(stat, "a bit of the outboard", (answer, random) => {
    answer.bao = flipBit(answer.bao, random);
  }),
  lie<StatBlobResponse>(stat, "the size in the outboard", (answer, random) => {
    if (answer.bao.length > 0) answer.bao = answer.bao.with(0, ((answer.bao[0] ?? 0) + 1 + random(255)) % 256);
  }),
  lie<StatBlobResponse>(stat, "an outboard cut short", (answer, random) => {
    answer.bao = answer.bao.subarray(0, random(answer.bao.length));
  }),
  lie<ReadResponse>(batch, "a bit flipped", ({ blobs }, random) => {
    const blob = pick(random, blobs);
    if (blob.data) blob.data = flipBit(blob.data, random);
  }),
  lie<ReadResponse>(batch, "bytes missing", ({ blobs }, random) => {
    const blob = pick(random, blobs);
    if (blob.data) blob.data = blob.data.subarray(0, random(blob.data.length));
  }),
  lie<ReadResponse>(batch, "two blobs exchanged", ({ blobs }, random) => exchangeTwo(blobs, random)),
  lie<ReadResponse>(batch, "a blob left out", ({ blobs }, random) => void blobs.splice(random(blobs.length), 1)),
  lie<ReadResponse>(batch, "a blob denied", ({ blobs }, random) => void delete pick(random, blobs).data),
  lie<ReadResponse>(batch, "a blob twice", ({ blobs }, random) => void blobs.push(pick(random, blobs))),
];

type ChangeDirectory = (directory: Directory, random: Random) => void;

const directoryChanges: Readonly<Record<string, ChangeDirectory>> = {
  "another name": ({ files, directories }, random) => {
    const entry = pick(random, [...files, ...directories]);
    entry.name = flipBit(entry.name, random);
  },
  "another digest": ({ files, directories }, random) => {
    const entry = pick(random, [...files, ...directories]);
    entry.digest = flipBit(entry.digest, random);
  },
  "a wrong size": ({ files, directories }, random) => {
    pick(random, [...files, ...directories]).size += BigInt(1 + random(1000));
  },
  "an entry left out": ({ files, directories }, random) => {
    const entries: unknown[] = files.length > 0 ? files : directories;
    entries.splice(random(entries.length), 1);
  },
  "a program for a file": ({ files, directories }, random) => {
    if (files.length === 0) return void directories.pop();
    const file = pick(random, files);
    file.executable = !file.executable;
  },
  "entries in another order": ({ files, directories }, random) =>
    exchangeTwo<unknown>(files.length > 1 ? files : directories, random),
};

const ofDirectories: readonly Lie[] = [
  ...Object.entries(directoryChanges).flatMap(([what, change]) => [
    lie<Directory>("DirectoryService/Get", what, change),
    lie<GetClosureResponse>("ClosureService/GetClosure", what, ({ directories }, random) =>
      change(pick(random, directories), random),
    ),
  ]),
  lie<GetClosureResponse>("ClosureService/GetClosure", "a directory left out", ({ directories }, random) => {
    directories.splice(random(directories.length), 1);
  }),
  lie<GetClosureResponse>("ClosureService/GetClosure", "a directory twice", ({ directories }, random) => {
    directories.push(pick(random, directories));
  }),
  lie<GetClosureResponse>("ClosureService/GetClosure", "directories in another order", ({ directories }) => {
    directories.reverse();
  }),
];

type ChangePathInfo = (pathInfo: PathInfo, random: Random) => void;

const pathInfoChanges: Readonly<Record<string, ChangePathInfo>> = {
  "another NAR hash": ({ narinfo }, random) => {
    if (narinfo) narinfo.narSha256 = flipBit(narinfo.narSha256, random);
  },
  "a NAR hash cut short": ({ narinfo }, random) => {
    if (narinfo) narinfo.narSha256 = narinfo.narSha256.subarray(0, random(32));
  },
  "a wrong NAR size": ({ narinfo }, random) => {
    if (narinfo) narinfo.narSize += BigInt(1 + random(1000));
  },
  "another root": ({ node }, random) => {
    if (node?.node.case === "directory") node.node.value.digest = flipBit(node.node.value.digest, random);
  },
  "no root": (pathInfo) => void delete pathInfo.node,
};

const ofPathInfos: readonly Lie[] = Object.entries(pathInfoChanges).map(([what, change]) =>
  lie<PathInfo>("PathInfoService/List", what, change),
);

export const lies: readonly Lie[] = [...ofBlobs, ...ofDirectories, ...ofPathInfos];
