import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { B3Digest } from "@tvix-mesh/castore";
import { BuildRequestSchema } from "@tvix-mesh/proto/tvix/build/v1/build";
import { describe, expect, it } from "vitest";
import type { BuildRequest } from "./build-request.ts";
import { buildRequestFromMessage, buildRequestToMessage } from "./build-request-message.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const digest = B3Digest.fromHex("ab".repeat(32));
const request: BuildRequest = {
  inputs: [
    { name: bytes("a"), node: { kind: "directory", digest, size: 3n } },
    { name: bytes("b"), node: { kind: "file", digest, size: 7n, executable: true } },
    { name: Uint8Array.of(0xff), node: { kind: "symlink", target: Uint8Array.of(0xfe) } },
  ],
  commandArgs: ["/bin/sh", "-c", "true"],
  workingDir: "build",
  scratchPaths: ["build"],
  inputsDir: "nix/store",
  outputs: ["nix/store/x"],
  environmentVars: [{ key: "A", value: Uint8Array.of(0xff, 0x80) }],
  constraints: {
    system: "x86_64-linux",
    minMemoryBytes: 5n,
    availableRoPaths: ["/usr"],
    networkAccess: true,
    provideBinSh: true,
  },
  additionalFiles: [{ path: "build/f", contents: Uint8Array.of(0, 0xff) }],
  refscanNeedles: ["z", "a"],
};

describe("buildRequestFromMessage", () => {
  it("reads back what buildRequestToMessage made, bytes included", () => {
    const wire = toBinary(BuildRequestSchema, buildRequestToMessage(request));
    expect(buildRequestFromMessage(fromBinary(BuildRequestSchema, wire))).toEqual(request);
  });

  it("keeps absent constraints absent", () => {
    const { constraints: _, ...rest } = request;
    expect(buildRequestFromMessage(buildRequestToMessage(rest)).constraints).toBeUndefined();
  });

  it("names the input whose digest is short", () => {
    const message = buildRequestToMessage(request);
    message.inputs[1]!.node = {
      case: "file",
      value: { ...message.inputs[1]!.node.value!, digest: bytes("x") } as never,
    };
    expect(() => buildRequestFromMessage(message)).toThrow(/^Cannot build: inputs\[1\]: .*not 32/);
  });
});
