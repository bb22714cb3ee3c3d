import { join } from "node:path";
import { b3Implementation, bindDirectoryService, blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { runService } from "@tvix-mesh/service";

await runService({
  name: "directory-service",
  summary: "Keeps directories, named by the BLAKE3 digest of their canonical encoding.",
  defaultPort: 8002,
  peers: [blobServiceKind],
  async start(context) {
    const directories = await context.own(directoryServiceKind, {
      type: "lmdb",
      path: join(context.dataDir, "directories"),
    });
    const { name } = b3Implementation;
    context.logger.info({ blake3: name }, `directory-service hashes with ${name} BLAKE3`);
    // For the contents of files that come along with a closure; asked for nothing else.
    const blobs = await context.peer(blobServiceKind);
    return { services: bindDirectoryService(directories, blobs) };
  },
});
