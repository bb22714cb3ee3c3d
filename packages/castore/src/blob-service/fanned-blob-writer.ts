import { type CallOptions, type Report, reportFailure, ServiceError } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { BlobService, BlobWriter } from "./blob-service.ts";

export interface FannedWriterOptions {
  /** Whether it is enough that the parts with these indices have taken the blob. */
  isEnough(taken: readonly number[]): boolean;
  readonly report: Report;
}

/** Writes one blob to several services at once. One that fails is left out for as long as the others are enough. */
class FannedBlobWriter implements BlobWriter {
  readonly #options: FannedWriterOptions;
  readonly #signal: AbortSignal | undefined;
  /** By the index of the part. */
  readonly #writers = new Map<number, BlobWriter>();
  #firstFailure: unknown;
  #closed: Promise<B3Digest> | undefined;

  constructor(options: FannedWriterOptions, signal: AbortSignal | undefined) {
    this.#options = options;
    this.#signal = signal;
  }

  async open(parts: readonly BlobService[], options?: CallOptions): Promise<void> {
    const indices = new Map(parts.entries());
    await this.#forEach(indices, async (part, index) => {
      this.#writers.set(index, await part.openWrite(options));
    });
  }

  /** Does something with each part that is left, and leaves out those that fail at it. */
  async #forEach<Part, Result>(
    parts: ReadonlyMap<number, Part>,
    work: (part: Part, index: number) => Promise<Result>,
  ): Promise<readonly Result[]> {
    const failures: unknown[] = [];
    const results: Result[] = [];
    const taken: number[] = [];
    await Promise.all(
      [...parts].map(async ([index, part]) => {
        try {
          results.push(await work(part, index));
          taken.push(index);
        } catch (error) {
          failures.push(error);
          await this.#leaveOut(index);
        }
      }),
    );
    this.#signal?.throwIfAborted();
    this.#firstFailure ??= failures[0];
    if (!this.#options.isEnough(taken)) throw this.#firstFailure;
    for (const failure of failures) reportFailure(this.#options.report, "other parts take the blob", failure);
    return results;
  }

  async #leaveOut(index: number): Promise<void> {
    const writer = this.#writers.get(index);
    this.#writers.delete(index);
    await writer?.[Symbol.asyncDispose]();
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#closed) throw new ServiceError("failed-precondition", "Cannot write to a blob: it is closed already");
    await this.#forEach(this.#writers, (writer) => writer.write(data));
  }

  close(): Promise<B3Digest> {
    this.#closed ??= this.#finish();
    return this.#closed;
  }

  async #finish(): Promise<B3Digest> {
    const [digest, ...others] = await this.#forEach(this.#writers, (writer) => writer.close());
    if (!digest || others.some((other) => !other.equals(digest)))
      throw new ServiceError("data-loss", `Cannot put blob ${digest}: two parts answer different digests`);
    return digest;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#writers.values()].map((writer) => writer[Symbol.asyncDispose]()));
  }
}

/** A writer of one blob to all `parts`. Fails, with what failed first, once too few of them are left. */
export async function openFannedWriter(
  parts: readonly BlobService[],
  fanned: FannedWriterOptions,
  options?: CallOptions,
): Promise<BlobWriter> {
  const writer = new FannedBlobWriter(fanned, options?.signal);
  try {
    await writer.open(parts, options);
    return writer;
  } catch (error) {
    await writer[Symbol.asyncDispose]();
    throw error;
  }
}
