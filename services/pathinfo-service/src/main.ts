import { join } from "node:path";
import { blobServiceBackends, directoryServiceBackends } from "@tvix-mesh/castore";
import { environment, runService } from "@tvix-mesh/service";
import { bindPathInfoService, createNarCalculationService, pathInfoServiceBackends } from "@tvix-mesh/store";

await runService({
  name: "pathinfo-service",
  summary: "Keeps what is known of store paths, and calculates NARs.",
  defaultPort: 8003,
  async start(context) {
    const pathInfos = await context.own({
      kind: "pathinfoservices",
      backends: pathInfoServiceBackends,
      fallback: { type: "lmdb", path: join(context.dataDir, "pathinfos") },
    });
    const blobs = await context.peer({
      kind: "blobservices",
      backends: blobServiceBackends,
      url: environment.get("BLOB_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8001" },
    });
    const directories = await context.peer({
      kind: "directoryservices",
      backends: directoryServiceBackends,
      url: environment.get("DIRECTORY_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8002" },
    });
    return { services: bindPathInfoService(pathInfos, createNarCalculationService({ blobs, directories })) };
  },
});
