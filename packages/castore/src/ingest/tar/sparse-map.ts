/** Where the parts of a file lie that aren't holes. Source: GNU tar manual, "Storing Sparse Files". */
import type { ByteSource } from "../byte-source.ts";
import { blockBytes, longestExtensionBytes, numberField } from "./tar-header.ts";

export interface SparsePart {
  readonly offset: number;
  readonly length: number;
}

/** Parts ascend; what isn't part of any is zeros. */
export interface SparseMap {
  readonly sizeBytes: number;
  readonly parts: readonly SparsePart[];
}

const zeros = new Uint8Array(256 * 1024);

/** A map that `storedBytes` of content fit; undefined if they don't, or it overlaps itself or the file's end. */
export function checkSparseMap(map: SparseMap, storedBytes: number): SparseMap | undefined {
  let end = 0;
  let stored = 0;
  for (const { offset, length } of map.parts) {
    if (offset < end) return undefined;
    end = offset + length;
    stored += length;
  }
  return Number.isSafeInteger(end) && end <= map.sizeBytes && stored === storedBytes ? map : undefined;
}

/** Numbers in turn are offsets and lengths. */
export function sparseParts(numbers: readonly number[]): readonly SparsePart[] | undefined {
  if (numbers.length % 2 !== 0 || !numbers.every((number) => Number.isSafeInteger(number) && number >= 0))
    return undefined;
  return Array.from({ length: numbers.length / 2 }, (_, index) => ({
    offset: numbers[index * 2] as number,
    length: numbers[index * 2 + 1] as number,
  }));
}

/** The parts that a GNU header, or a block that continues it, lists from `offset` on. */
function partsInBlock(block: Uint8Array, offset: number, count: number): readonly number[] {
  const numbers: number[] = [];
  for (let at = offset; at < offset + count * 24 && block[at] !== 0; at += 24)
    numbers.push(numberField(block, at, 12) ?? -1, numberField(block, at + 12, 12) ?? -1);
  return numbers;
}

/** The map of GNU's own format, which begins in the header and goes on in the blocks behind it. */
export async function readGnuSparseMap(header: Uint8Array, source: ByteSource): Promise<SparseMap | undefined> {
  const numbers = [...partsInBlock(header, 386, 4)];
  const start = source.position;
  for (let more = header[482] !== 0; more; ) {
    const block = await source.take(blockBytes);
    if (block.length < blockBytes || source.position - start > longestExtensionBytes) return undefined;
    numbers.push(...partsInBlock(block, 0, 21));
    more = block[504] !== 0;
  }
  const sizeBytes = numberField(header, 483, 12);
  const parts = sparseParts(numbers);
  return sizeBytes === undefined || !parts ? undefined : { sizeBytes, parts };
}

/** The parts that format 1.0 lists in front of the content: decimal numbers, one a line, their count first. */
export async function readLeadingSparseParts(source: ByteSource): Promise<readonly SparsePart[] | undefined> {
  const start = source.position;
  const numbers: number[] = [];
  let unfinished = "";
  while (numbers.length === 0 || numbers.length <= (numbers[0] as number) * 2) {
    const block = await source.take(blockBytes);
    if (block.length < blockBytes || source.position - start > longestExtensionBytes) return undefined;
    const lines = (unfinished + Buffer.from(block).toString("latin1")).split("\n");
    unfinished = lines.pop() as string;
    for (const line of lines) numbers.push(/^\d+$/.test(line) ? Number(line) : Number.NaN);
    if (numbers.some(Number.isNaN)) return undefined;
  }
  return sparseParts(numbers.slice(1));
}

function* zerosOf(length: number): Generator<Uint8Array, void, undefined> {
  for (let left = length; left > 0; left -= zeros.length) yield left < zeros.length ? zeros.subarray(0, left) : zeros;
}

/** The file's content, holes and all, from the parts as they come. */
export async function* expandSparse(
  map: SparseMap,
  part: (length: number) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  let position = 0;
  for (const { offset, length } of map.parts) {
    yield* zerosOf(offset - position);
    yield* part(length);
    position = offset + length;
  }
  yield* zerosOf(map.sizeBytes - position);
}
