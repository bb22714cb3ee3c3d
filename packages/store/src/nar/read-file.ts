import type { BlobService } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { NarFileStep } from "./nar-step.ts";

/**
 * What the archive needs of a file. `not-found`, naming the digest, if its blob isn't there; `data-loss` if that hasn't
 * the size that the node says.
 */
export async function* readFile(
  blobs: BlobService,
  { node, wanted }: NarFileStep,
  options: CallOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (wanted.length === 0) return;
  const reader = await blobs.openRead(node.digest, { ...options, expectedSizeBytes: Number(node.size) });
  if (!reader) throw new ServiceError("not-found", `Cannot read blob ${node.digest}: it isn't there`);
  if (BigInt(reader.sizeBytes) !== node.size)
    throw new ServiceError(
      "data-loss",
      `Cannot read blob ${node.digest}: ${reader.sizeBytes} bytes long, the file that refers to it ${node.size}`,
    );
  const isWhole = wanted.length === reader.sizeBytes;
  yield* reader.read(isWhole ? undefined : wanted, options);
}
