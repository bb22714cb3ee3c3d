import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { LRUCache } from "lru-cache";
import { BlobDownloads } from "../blob-service/blob-downloads.ts";
import type { BlobReader, BlobService } from "../blob-service/blob-service.ts";
import type { FileNode } from "../node.ts";
import { BlobStream, type Block, blockBytes } from "./blob-stream.ts";

/** What is kept in memory of all blobs. */
const keptBytes = 64 * 1024 * 1024;
/** How many blobs are held open, with what their readers keep. */
const mostOpen = 64;
/** How far behind the end of the last read, or before it, one may begin that counts as its continuation. */
const nearBytes = 1024 * 1024;
/** How far ahead a blob is read that is read in a row. */
const aheadBlocks = 16;
const mostStreams = 4;
/** Blobs up to this size are read from a place on to their end. */
const wholeBytes = 1024 * 1024;

/** A blob of more than one block, while it is read. */
interface OpenBlob {
  readonly reader: Promise<BlobReader>;
  readonly streams: Set<BlobStream>;
  /** The end of the last read. */
  lastEnd: number;
}

function lengthOf(block: Block): number {
  return block.reduce((sum, { length }) => sum + length, 0);
}

/** What lies between `start` and `end` of a block that begins at `blockStart`. */
function cut(block: Block, blockStart: number, start: number, end: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  let at = blockStart;
  for (const part of block) {
    if (at < end && at + part.length > start) parts.push(part.subarray(Math.max(start - at, 0), end - at));
    at += part.length;
  }
  return parts;
}

function wrongSize({ digest, size }: FileNode, sizeBytes: number): ServiceError {
  return new ServiceError("data-loss", `Cannot read blob ${digest}: it has ${sizeBytes} bytes, not ${size}`);
}

/**
 * Parts of blobs, as many readers ask for them: small blobs are read whole, others ahead where they are read in a row,
 * and else no more than the blocks that are asked for.
 */
export class BlobWindows {
  readonly #blobs: BlobService;
  readonly #options: CallOptions;
  readonly #downloads: BlobDownloads;
  readonly #blocks = new LRUCache<string, Block>({ maxSize: keptBytes, sizeCalculation: lengthOf });
  readonly #small = new Map<string, Promise<Block>>();
  readonly #open = new LRUCache<string, OpenBlob>({
    max: mostOpen,
    dispose: ({ streams }) => {
      for (const stream of streams) if (!stream.isWaitedFor) stream.close();
    },
  });

  constructor(blobs: BlobService, options: CallOptions) {
    this.#blobs = blobs;
    this.#options = options;
    this.#downloads = new BlobDownloads(blobs, options);
  }

  /** The bytes from `offset` on, fewer than `length` at the end of the file. Not to be changed. */
  async read(node: FileNode, offset: number, length: number): Promise<readonly Uint8Array[]> {
    const end = Math.min(offset + length, Number(node.size));
    if (offset >= end) return [];
    if (node.size <= blockBytes) return cut(await this.#readSmall(node), 0, offset, end);
    const first = Math.floor(offset / blockBytes);
    const blocks = await this.#readBlocks(node, offset, end);
    return blocks.flatMap((block, index) => cut(block, (first + index) * blockBytes, offset, end));
  }

  /** Ends what is under way. */
  close(): void {
    this.#open.clear();
  }

  async #readSmall(node: FileNode): Promise<Block> {
    const { hex } = node.digest;
    const kept = this.#blocks.get(`${hex}/0`);
    if (kept) return kept;
    let reading = this.#small.get(hex);
    if (!reading) {
      reading = this.#fetchSmall(node).finally(() => this.#small.delete(hex));
      this.#small.set(hex, reading);
    }
    return reading;
  }

  async #fetchSmall(node: FileNode): Promise<Block> {
    const bytes = await this.#downloads.read(node.digest);
    if (!bytes) throw new ServiceError("not-found", `Cannot read blob ${node.digest}: no such blob`);
    if (BigInt(bytes.length) !== node.size) throw wrongSize(node, bytes.length);
    this.#blocks.set(`${node.digest.hex}/0`, [bytes]);
    return [bytes];
  }

  async #readBlocks(node: FileNode, offset: number, end: number): Promise<readonly Block[]> {
    const { hex } = node.digest;
    const blob = this.#openBlob(node);
    const isContinued = offset > 0 && Math.abs(offset - blob.lastEnd) <= nearBytes;
    blob.lastEnd = end;
    const reader = await blob.reader;
    const first = Math.floor(offset / blockBytes);
    const next = Math.ceil(end / blockBytes);
    const endBlock = isContinued || node.size <= wholeBytes ? Math.ceil(reader.sizeBytes / blockBytes) : next;
    const streams = new Set<BlobStream>();
    const blocks: (Block | Promise<Block>)[] = [];
    for (let index = first; index < next; index += 1) {
      const kept = this.#blocks.get(`${hex}/${index}`);
      if (kept) {
        blocks.push(kept);
        continue;
      }
      const stream = this.#stream(hex, blob, reader, index, endBlock);
      streams.add(stream);
      blocks.push(stream.block(index));
    }
    // What is kept already was read ahead, perhaps: it goes on.
    if (isContinued) for (const stream of blob.streams) if (stream.covers(next, aheadBlocks)) streams.add(stream);
    for (const stream of streams) stream.readTo(Math.min(next + aheadBlocks, endBlock));
    const complete = await Promise.all(blocks);
    // The kernel keeps what it was given: who reads in a row won't ask for it again.
    if (isContinued)
      for (let index = first; (index + 1) * blockBytes <= end; index += 1) this.#blocks.delete(`${hex}/${index}`);
    return complete;
  }

  #openBlob(node: FileNode): OpenBlob {
    const known = this.#open.get(node.digest.hex);
    if (known) return known;
    const reader = this.#openReader(node);
    const blob: OpenBlob = { reader, streams: new Set(), lastEnd: 0 };
    this.#open.set(node.digest.hex, blob);
    // Whoever comes next tries again.
    reader.catch(() => {
      if (this.#open.peek(node.digest.hex) === blob) this.#open.delete(node.digest.hex);
    });
    return blob;
  }

  async #openReader(node: FileNode): Promise<BlobReader> {
    const reader = await this.#blobs.openRead(node.digest, {
      ...this.#options,
      expectedSizeBytes: Number(node.size),
    });
    if (!reader) throw new ServiceError("not-found", `Cannot read blob ${node.digest}: no such blob`);
    if (BigInt(reader.sizeBytes) !== node.size) throw wrongSize(node, reader.sizeBytes);
    return reader;
  }

  /** One that will bring the block. */
  #stream(hex: string, blob: OpenBlob, reader: BlobReader, firstBlock: number, endBlock: number): BlobStream {
    for (const stream of blob.streams) if (stream.covers(firstBlock, aheadBlocks)) return stream;
    if (blob.streams.size >= mostStreams) [...blob.streams].find((stream) => !stream.isWaitedFor)?.close();
    const stream = new BlobStream({
      reader,
      firstBlock,
      endBlock,
      onBlock: (index, block) => this.#blocks.set(`${hex}/${index}`, block),
      onEnd: (ended) => blob.streams.delete(ended),
    });
    blob.streams.add(stream);
    return stream;
  }
}
