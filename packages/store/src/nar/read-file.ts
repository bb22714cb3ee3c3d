import type { B3Digest, BlobService } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { NarFileStep } from "./nar-step.ts";

export function noSuchBlob(digest: B3Digest): ServiceError {
  return new ServiceError("not-found", `Cannot read blob ${digest}: it isn't there`);
}

export function wrongSize(digest: B3Digest, sizeBytes: number, expectedBytes: bigint): ServiceError {
  const reason = `${sizeBytes} bytes long, the file that refers to it ${expectedBytes}`;
  return new ServiceError("data-loss", `Cannot read blob ${digest}: ${reason}`);
}

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
  if (!reader) throw noSuchBlob(node.digest);
  if (BigInt(reader.sizeBytes) !== node.size) throw wrongSize(node.digest, reader.sizeBytes, node.size);
  const isWhole = wanted.length === reader.sizeBytes;
  yield* reader.read(isWhole ? undefined : wanted, options);
}
