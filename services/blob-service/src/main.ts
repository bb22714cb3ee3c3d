import "@tvix-mesh/service/streaming-heap";
import { join } from "node:path";
import { b3Implementation, bindBlobService, blobServiceKind } from "@tvix-mesh/castore";
import { runService, type ServiceContext, ServiceError, wholeNumber } from "@tvix-mesh/service";

/** The settings of the embedded store; another store has its own. */
function cuttingOf({ options }: ServiceContext): { readonly [field: string]: unknown } {
  const { chunkAverage, outboardGroup, backend, composition, memory } = options;
  const isGiven = chunkAverage !== undefined || outboardGroup !== undefined;
  if (isGiven && (backend !== undefined || composition !== undefined || memory === true))
    throw new ServiceError(
      "invalid-argument",
      "Cannot use --chunk-average or --outboard-group with --backend, --composition or --memory: chunk_average and outboard_group belong into the backend's URL or the file",
    );
  return {
    ...(chunkAverage !== undefined && { chunk_average: chunkAverage }),
    ...(outboardGroup !== undefined && { outboard_group: outboardGroup }),
  };
}

const bytes = wholeNumber(1024, 4_194_304);

await runService({
  name: "blob-service",
  summary: "Keeps blobs: byte strings named by their BLAKE3 digest.",
  defaultPort: 8001,
  options: (command) =>
    command
      .option("--chunk-average <bytes>", "what new chunks have on average, a power of two (default: 262144)", bytes)
      .option(
        "--outboard-group <bytes>",
        "what a hash of a new outboard tells of, a power of two (default: 16384)",
        bytes,
      ),
  async start(context) {
    const path = join(context.dataDir, "blobs");
    const blobs = await context.own(blobServiceKind, { type: "lmdb", path, ...cuttingOf(context) });
    context.logger.info({ blake3: b3Implementation.name }, `blob-service hashes with ${b3Implementation.name} BLAKE3`);
    return { services: bindBlobService(blobs) };
  },
});
