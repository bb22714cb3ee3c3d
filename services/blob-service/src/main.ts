import "@tvix-mesh/service/streaming-heap";
import { join } from "node:path";
import { b3Implementation, bindBlobService, blobServiceKind } from "@tvix-mesh/castore";
import { runService } from "@tvix-mesh/service";

await runService({
  name: "blob-service",
  summary: "Keeps blobs: byte strings named by their BLAKE3 digest.",
  defaultPort: 8001,
  async start(context) {
    const blobs = await context.own(blobServiceKind, { type: "lmdb", path: join(context.dataDir, "blobs") });
    context.logger.info({ blake3: b3Implementation.name }, `blob-service hashes with ${b3Implementation.name} BLAKE3`);
    return { services: bindBlobService(blobs) };
  },
});
