import type { BlobService, CastoreServices, Node } from "@tvix-mesh/castore";
import { NarEncoder, type NarRange } from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";
import { narSteps } from "./nar-step.ts";
import { type PlannedStep, readAhead } from "./read-ahead.ts";
import { readFile } from "./read-file.ts";

export interface RenderNarOptions extends CallOptions {
  /** Only that part of the archive; the contents of files outside it aren't read. */
  readonly range?: NarRange | undefined;
}

const messageBytes = 64 * 1024;

async function* encodeStep(
  encoder: NarEncoder,
  { step, content }: PlannedStep,
  blobs: BlobService,
  options: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  switch (step.kind) {
    case "openDirectory":
      return encoder.openDirectory(step.name);
    case "closeDirectory":
      return encoder.closeDirectory();
    case "symlink":
      return encoder.symlink(step.target, step.name);
  }
  encoder.openFile(Number(step.node.size), step.node.executable, step.name);
  const pieces = content ? await content : readFile(blobs, step, options);
  for await (const piece of pieces) {
    encoder.write(piece);
    if (encoder.pendingBytes >= messageBytes) yield* encoder.take();
  }
  encoder.closeFile();
}

/**
 * The archive of `root`, in pieces of no particular length. Directories and small files are read ahead of their turn.
 * `not-found`, naming the digest, if contents are missing; `data-loss` if a blob hasn't the size that its node says.
 */
export async function* renderNar(
  { blobs, directories }: CastoreServices,
  root: Node,
  { range, signal }: RenderNarOptions = {},
): AsyncGenerator<Uint8Array, void, undefined> {
  const abandoned = new AbortController();
  const options = { signal: signal ? AbortSignal.any([signal, abandoned.signal]) : abandoned.signal };
  const encoder = new NarEncoder(range);
  try {
    for await (const planned of readAhead(narSteps(root, directories, range, options), blobs, options)) {
      yield* encodeStep(encoder, planned, blobs, options);
      if (encoder.pendingBytes >= messageBytes) yield* encoder.take();
    }
    yield* encoder.take();
  } finally {
    abandoned.abort();
  }
}
