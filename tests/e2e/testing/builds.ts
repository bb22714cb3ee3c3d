import type { MessageInitShape } from "@bufbuild/protobuf";
import { machineSystem } from "@tvix-mesh/build";
import type { BuildRequestSchema } from "@tvix-mesh/proto/tvix/build/v1/build";

/** A build that runs `script` with the sandbox's /bin/sh and keeps /output. */
export function shellBuild(script: string): MessageInitShape<typeof BuildRequestSchema> {
  return {
    commandArgs: ["/bin/sh", "-c", script],
    outputs: ["output"],
    constraints: { system: machineSystem(), provideBinSh: true },
  };
}
