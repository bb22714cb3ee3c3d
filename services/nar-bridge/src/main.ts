import "@tvix-mesh/service/streaming-heap";
import { blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { runService } from "@tvix-mesh/service";
import { pathInfoServiceKind, readSigningKey } from "@tvix-mesh/store";
import { createNarBridge } from "./nar-bridge.ts";

await runService({
  name: "nar-bridge",
  summary: "Shows the store to Nix clients as an HTTP binary cache that they can fetch from and push to.",
  defaultPort: 9000,
  hasStore: false,
  peers: [blobServiceKind, directoryServiceKind, pathInfoServiceKind],
  options: (command) =>
    command.option("--signing-key <file...>", "secret key that narinfos are signed with; may be repeated"),
  async start(context) {
    const blobs = await context.peer(blobServiceKind);
    const directories = await context.peer(directoryServiceKind);
    const pathInfos = await context.peer(pathInfoServiceKind);
    const signingKeys = await Promise.all(
      ((context.options.signingKey ?? []) as readonly string[]).map(readSigningKey),
    );
    return {
      http: createNarBridge({ castore: { blobs, directories }, pathInfos, signingKeys, logger: context.logger }),
    };
  },
});
