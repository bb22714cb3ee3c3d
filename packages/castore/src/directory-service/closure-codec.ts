import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import { Directory } from "../directory.ts";
import { ClosureDownload } from "../directory-closure.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);
/** Bytes of the length before each directory, big end first. */
const lengthBytes = 4;
/** No closure unpacks to more. Guards against objects that are small but unpack to terabytes. */
const largestClosureBytes = 2 ** 31;

/** A closure, root first, as Tvix keeps it: zstd over the directories, each after its length. */
export async function encodeClosure(closure: readonly Directory[]): Promise<Uint8Array> {
  const parts = closure.flatMap(({ bytes }) => {
    const length = Buffer.alloc(lengthBytes);
    length.writeUInt32BE(bytes.length);
    return [length, bytes];
  });
  return compress(Buffer.concat(parts));
}

function* framesOf(bytes: Buffer): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; ) {
    const end = start + lengthBytes + bytes.readUInt32BE(start);
    if (end > bytes.length) throw new RangeError("it is cut short");
    yield new Uint8Array(bytes.subarray(start + lengthBytes, end));
    start = end;
  }
}

/** The directories below `root` and itself, root first. `data-loss` unless they are exactly those. */
export async function decodeClosure(root: B3Digest, stored: Uint8Array): Promise<readonly Directory[]> {
  try {
    const closure: Directory[] = [];
    const rules = new ClosureDownload(root);
    for (const frame of framesOf(await decompress(stored, { maxOutputLength: largestClosureBytes }))) {
      const directory = Directory.fromBytes(frame);
      rules.add(directory);
      closure.push(directory);
    }
    rules.finish();
    return closure;
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new ServiceError("data-loss", `Cannot read the closure of directory ${root}: it is damaged (${reason})`, {
      cause,
    });
  }
}
