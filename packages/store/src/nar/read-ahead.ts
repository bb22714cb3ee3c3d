import { BlobDownloads, type BlobService } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";
import type { NarFileStep, NarStep } from "./nar-step.ts";
import { noSuchBlob, readFile, wrongSize } from "./read-file.ts";

/** What is wanted of a file is read ahead of its turn up to this length; more is streamed in its turn. */
const maxFileBytes = 256 * 1024;
const maxBytes = 8 * 1024 * 1024;
const maxSteps = 1024;

export interface PlannedStep {
  readonly step: NarStep;
  /** A file's content that is already on its way. */
  readonly content?: Promise<readonly Uint8Array[]>;
}

/** What the archive needs of a small file, fetched whole together with others. */
async function readSmall(downloads: BlobDownloads, step: NarFileStep): Promise<readonly Uint8Array[]> {
  if (step.wanted.length === 0) return [];
  const { digest, size } = step.node;
  const bytes = await downloads.read(digest);
  if (!bytes) throw noSuchBlob(digest);
  if (BigInt(bytes.length) !== size) throw wrongSize(digest, bytes.length, size);
  const { offset, length } = step.wanted;
  return [bytes.subarray(offset, offset + length)];
}

function plan(step: NarStep, blobs: BlobService, downloads: BlobDownloads, options: CallOptions): PlannedStep {
  if (step.kind !== "file" || step.wanted.length > maxFileBytes) return { step };
  const content =
    step.node.size > maxFileBytes ? Array.fromAsync(readFile(blobs, step, options)) : readSmall(downloads, step);
  // Whoever comes to it sees the failure; if the rendering ends before, nobody needs to.
  content.catch(() => undefined);
  return { step, content };
}

function plannedBytes({ step, content }: PlannedStep): number {
  return content ? (step as NarFileStep).wanted.length : 0;
}

/** The steps in their order, with those after the current one, and the small files among them, already asked for. */
export async function* readAhead(
  steps: AsyncIterable<NarStep>,
  blobs: BlobService,
  options: CallOptions,
): AsyncGenerator<PlannedStep, void, undefined> {
  const downloads = new BlobDownloads(blobs, options);
  const planned: PlannedStep[] = [];
  let bytes = 0;
  for await (const step of steps) {
    const last = plan(step, blobs, downloads, options);
    planned.push(last);
    bytes += plannedBytes(last);
    while (planned.length > maxSteps || bytes > maxBytes) {
      const first = planned.shift()!;
      bytes -= plannedBytes(first);
      yield first;
    }
  }
  yield* planned;
}
