import { blobServiceBackends, directoryServiceBackends } from "@tvix-mesh/castore";
import { environment, runService } from "@tvix-mesh/service";
import { pathInfoServiceBackends, readSigningKey } from "@tvix-mesh/store";
import { createNarBridge } from "./nar-bridge.ts";

await runService({
  name: "nar-bridge",
  summary: "Shows the store to Nix clients as an HTTP binary cache that they can fetch from and push to.",
  defaultPort: 9000,
  hasStore: false,
  options: (command) =>
    command.option("--signing-key <file...>", "secret key that narinfos are signed with; may be repeated", []),
  async start(context) {
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
    const pathInfos = await context.peer({
      kind: "pathinfoservices",
      backends: pathInfoServiceBackends,
      url: environment.get("PATH_INFO_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8003" },
    });
    const signingKeys = await Promise.all((context.options.signingKey as readonly string[]).map(readSigningKey));
    return {
      http: createNarBridge({ castore: { blobs, directories }, pathInfos, signingKeys, logger: context.logger }),
    };
  },
});
