import { ServiceError } from "@tvix-mesh/service";
import type { BlobReader } from "../blob-service/blob-service.ts";

/** Blobs are kept in memory by blocks of this length; the last one of a blob is what remains. */
export const blockBytes = 256 * 1024;

/** A block in the pieces that it came in, which are those of the service: nothing is copied. */
export type Block = readonly Uint8Array[];

/** How long one that nobody reads on is held open. */
const idleMs = 5_000;

interface Waiting {
  readonly promise: Promise<Block>;
  resolve(block: Block): void;
  reject(error: unknown): void;
}

export interface BlobStreamOptions {
  readonly reader: BlobReader;
  readonly firstBlock: number;
  /** Behind the last one. */
  readonly endBlock: number;
  /** Gets each block as soon as it is there. */
  onBlock(index: number, block: Block): void;
  onEnd(stream: BlobStream): void;
}

/** Reads a blob from a block on, a bounded number of blocks ahead of what is asked for. */
export class BlobStream {
  readonly #options: BlobStreamOptions;
  readonly #stop = new AbortController();
  readonly #waiting = new Map<number, Waiting>();
  #next: number;
  /** The first block that isn't to be read yet. */
  #limit: number;
  #wake: (() => void) | undefined;

  constructor(options: BlobStreamOptions) {
    this.#options = options;
    this.#next = options.firstBlock;
    this.#limit = options.firstBlock;
    void this.#run();
  }

  get isWaitedFor(): boolean {
    return this.#waiting.size > 0;
  }

  /** Whether a block is about to come, with at most `ahead` before it. */
  covers(index: number, ahead: number): boolean {
    if (this.#stop.signal.aborted || index >= this.#options.endBlock) return false;
    return index >= this.#next && index <= this.#next + ahead;
  }

  /** Reads up to before `limit`. */
  readTo(limit: number): void {
    if (limit <= this.#limit) return;
    this.#limit = limit;
    this.#wake?.();
  }

  /** A block that it covers, once it is there. */
  block(index: number): Promise<Block> {
    let waiting = this.#waiting.get(index);
    if (!waiting) {
      waiting = Promise.withResolvers<Block>();
      waiting.promise.catch(() => undefined);
      this.#waiting.set(index, waiting);
    }
    return waiting.promise;
  }

  close(): void {
    this.#stop.abort(new ServiceError("cancelled", "Cannot read on: nobody does"));
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { reader, firstBlock, endBlock, onEnd } = this.#options;
    try {
      const offset = firstBlock * blockBytes;
      const end = Math.min(endBlock * blockBytes, reader.sizeBytes);
      const pieces = reader.read({ offset, length: end - offset }, { signal: this.#stop.signal });
      await this.#fillBlocks(pieces, offset, end);
      if (this.#waiting.size > 0) throw new ServiceError("data-loss", "Cannot read on: the blob has ended early");
    } catch (error) {
      this.#stop.abort();
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    } finally {
      this.#stop.abort();
      onEnd(this);
    }
  }

  async #fillBlocks(pieces: AsyncIterable<Uint8Array>, start: number, end: number): Promise<void> {
    let offset = start;
    let parts: Uint8Array[] = [];
    let filled = 0;
    await this.#untilWanted();
    for await (const piece of pieces) {
      for (let at = 0; at < piece.length; ) {
        const length = Math.min(blockBytes, end - offset);
        if (length === 0) throw new ServiceError("data-loss", "Cannot read on: the blob is longer than it should be");
        const part = piece.subarray(at, at + length - filled);
        parts.push(part);
        filled += part.length;
        at += part.length;
        if (filled < length) continue;
        this.#deliver(parts);
        offset += length;
        parts = [];
        filled = 0;
        if (offset < end) await this.#untilWanted();
      }
    }
  }

  #deliver(block: Block): void {
    const index = this.#next;
    this.#next += 1;
    this.#options.onBlock(index, block);
    this.#waiting.get(index)?.resolve(block);
    this.#waiting.delete(index);
  }

  async #untilWanted(): Promise<void> {
    while (this.#next >= this.#limit && !this.#stop.signal.aborted) {
      const timer = setTimeout(() => this.close(), idleMs).unref();
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      clearTimeout(timer);
    }
    this.#stop.signal.throwIfAborted();
  }
}
