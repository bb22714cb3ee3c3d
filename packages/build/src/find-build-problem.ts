import type { BuildService } from "./build-service.ts";
import { machineSystem } from "./machine.ts";

/**
 * Runs the smallest possible build and answers why it didn't work, for example a missing program or permission;
 * `undefined` if it did.
 */
export async function findBuildProblem(service: BuildService): Promise<string | undefined> {
  const events = service.build({
    inputs: [],
    commandArgs: ["/bin/sh", "-c", ":"],
    workingDir: "",
    scratchPaths: [],
    inputsDir: "",
    outputs: [],
    environmentVars: [{ key: "PWD", value: Buffer.from("/") }],
    constraints: {
      system: machineSystem(),
      minMemoryBytes: 0n,
      availableRoPaths: [],
      networkAccess: false,
      provideBinSh: true,
    },
    additionalFiles: [],
    refscanNeedles: [],
  });
  try {
    for await (const event of events) if (event.kind === "failed") return `Cannot build: ${event.reason}`;
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
