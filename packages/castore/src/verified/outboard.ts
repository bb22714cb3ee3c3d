import { ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobReader } from "../blob-service/blob-service.ts";
import { groupValue, largestGroupBytes, leftGroups, parentValue, treeChunkBytes, valueBytes } from "./b3-tree.ts";
import { OutboardBuilder } from "./outboard-builder.ts";

const headerBytes = 8;
const pairBytes = 2 * valueBytes;

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

/** What an encoded outboard says of the blob; nothing of it is proven. `undefined` if it can't be one. */
export function outboardShape(
  encoded: Uint8Array,
): { readonly sizeBytes: number; readonly groupBytes: number; readonly pairs: Uint8Array } | undefined {
  if (encoded.length < headerBytes || (encoded.length - headerBytes) % pairBytes !== 0) return undefined;
  const header = new DataView(encoded.buffer, encoded.byteOffset, headerBytes);
  const sizeBytes = Number(header.getBigUint64(0, true));
  const groups = (encoded.length - headerBytes) / pairBytes + 1;
  const groupBytes = Number.isSafeInteger(sizeBytes) ? groupBytesOf(sizeBytes, groups) : undefined;
  return groupBytes === undefined ? undefined : { sizeBytes, groupBytes, pairs: encoded.subarray(headerBytes) };
}

/** The size of groups of which a blob has just so many; `undefined` if there is none. */
function groupBytesOf(sizeBytes: number, groups: number): number | undefined {
  for (let groupBytes = treeChunkBytes; groupBytes <= largestGroupBytes; groupBytes *= 2)
    if (Math.max(Math.ceil(sizeBytes / groupBytes), 1) === groups) return groupBytes;
  return undefined;
}

/**
 * What proves any part of a blob from its digest alone: the inner nodes of its BLAKE3 tree down to groups of bytes.
 *
 * Encoded as the blob's size in eight bytes, little-endian, then for each node its left and right child's chaining value
 * of 32 bytes, a node before what is below it, left before right. That is bao's outboard, with groups of more than 1 KiB
 * as bao-tree has them (its outboard in pre-order, with the length in front). The size of the groups follows from the
 * number of nodes.
 */
export class Outboard {
  readonly digest: B3Digest;
  /** Proven only once the last group is. */
  readonly sizeBytes: number;
  readonly groupBytes: number;
  readonly #values: Uint8Array;
  readonly #groups: number;

  private constructor(digest: B3Digest, sizeBytes: number, groupBytes: number, values: Uint8Array) {
    this.digest = digest;
    this.sizeBytes = sizeBytes;
    this.groupBytes = groupBytes;
    this.#values = values;
    this.#groups = values.length / valueBytes;
  }

  /** Checks every node. `data-loss` if it isn't the outboard of a blob of that digest. */
  static parse(digest: B3Digest, encoded: Uint8Array): Outboard {
    const wrong = (): ServiceError =>
      new ServiceError("data-loss", `Cannot verify blob ${digest}: what should prove it does not belong to it`);
    const shape = outboardShape(encoded);
    if (!shape) throw wrong();
    const { sizeBytes, groupBytes } = shape;
    const groups = (encoded.length - headerBytes) / pairBytes + 1;
    const values = new Uint8Array(groups * valueBytes);
    const check = (pairs: Uint8Array, first: number, count: number, expected: Uint8Array): void => {
      if (count === 1) {
        values.set(expected, first * valueBytes);
        return;
      }
      const pair = pairs.subarray(0, pairBytes);
      if (!sameBytes(parentValue(pair, count === groups), expected)) throw wrong();
      const left = leftGroups(count);
      check(pairs.subarray(pairBytes), first, left, pair.subarray(0, valueBytes));
      check(pairs.subarray(left * pairBytes), first + left, count - left, pair.subarray(valueBytes));
    };
    check(shape.pairs, 0, groups, digest.toBytes());
    return new Outboard(digest, sizeBytes, groupBytes, values);
  }

  /** `data-loss` unless `group` is what the blob has from `offset` on, which is the start of a group, to the group's end. */
  check(group: Uint8Array, offset: number): void {
    const index = offset / this.groupBytes;
    const expected = this.#values.subarray(index * valueBytes, (index + 1) * valueBytes);
    if (!sameBytes(groupValue(group, offset, this.#groups === 1), expected))
      throw new ServiceError(
        "data-loss",
        `Cannot read blob ${this.digest}: the bytes from ${offset} on are not those of that digest`,
      );
  }
}

/** Made by reading the blob from its start to its end. `data-loss` if that isn't the blob of that digest. */
export async function buildOutboard(
  digest: B3Digest,
  pieces: ReturnType<BlobReader["read"]>,
  groupBytes?: number,
): Promise<Uint8Array> {
  const builder = new OutboardBuilder(groupBytes);
  for await (const piece of pieces) builder.update(piece);
  const built = builder.finish();
  if (built.digest.equals(digest)) return built.encoded;
  throw new ServiceError("data-loss", `Cannot read blob ${digest}: its bytes are those of ${built.digest}`);
}
