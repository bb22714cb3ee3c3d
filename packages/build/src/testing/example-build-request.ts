import type { BuildRequest } from "../build-request.ts";
import { machineSystem } from "../machine.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A request for a shell script, in the places that Nix's builds have. `out` is its output. */
export function exampleBuildRequest(script: string, overrides: Partial<BuildRequest> = {}): BuildRequest {
  return {
    inputs: [],
    commandArgs: ["/bin/sh", "-c", script],
    workingDir: "build",
    scratchPaths: ["build", "nix/store"],
    inputsDir: "nix/store",
    outputs: ["nix/store/out"],
    environmentVars: [
      { key: "PWD", value: bytes("/build") },
      { key: "out", value: bytes("/nix/store/out") },
    ],
    constraints: {
      system: machineSystem(),
      minMemoryBytes: 0n,
      availableRoPaths: [],
      networkAccess: false,
      provideBinSh: true,
    },
    additionalFiles: [],
    refscanNeedles: [],
    ...overrides,
  };
}
