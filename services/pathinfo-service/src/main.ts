import { join } from "node:path";
import { blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { runService } from "@tvix-mesh/service";
import { bindPathInfoService, createNarCalculationService, pathInfoServiceKind } from "@tvix-mesh/store";

await runService({
  name: "pathinfo-service",
  summary: "Keeps what is known of store paths, and calculates NARs.",
  defaultPort: 8003,
  peers: [blobServiceKind, directoryServiceKind],
  async start(context) {
    const pathInfos = await context.own(pathInfoServiceKind, {
      type: "lmdb",
      path: join(context.dataDir, "pathinfos"),
    });
    const blobs = await context.peer(blobServiceKind);
    const directories = await context.peer(directoryServiceKind);
    return { services: bindPathInfoService(pathInfos, createNarCalculationService({ blobs, directories })) };
  },
});
