import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { machineSystem } from "@tvix-mesh/build";
import { type BuildRequest, BuildRequestSchema } from "@tvix-mesh/proto/tvix/build/v1/build";
import type { NodeSchema } from "@tvix-mesh/proto/tvix/castore/v1/castore";

/** A build that runs `script` with the sandbox's /bin/sh, sees `inputs` below the root, and keeps /output. */
export function shellBuild(script: string, inputs: readonly MessageInitShape<typeof NodeSchema>[] = []): BuildRequest {
  return create(BuildRequestSchema, {
    commandArgs: ["/bin/sh", "-c", script],
    inputs: [...inputs],
    outputs: ["output"],
    constraints: { system: machineSystem(), provideBinSh: true },
  });
}
