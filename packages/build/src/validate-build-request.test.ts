import { B3Digest } from "@tvix-mesh/castore";
import { describe, expect, it } from "vitest";
import type { BuildRequest } from "./build-request.ts";
import { validateBuildRequest } from "./validate-build-request.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const node = { kind: "file", digest: B3Digest.fromHex("00".repeat(32)), size: 0n, executable: false } as const;
const input = (name: string) => ({ name: bytes(name), node });
const constraints = {
  system: "x86_64-linux",
  minMemoryBytes: 0n,
  availableRoPaths: [],
  networkAccess: false,
  provideBinSh: true,
};
const valid: BuildRequest = {
  inputs: [input("a"), input("b")],
  commandArgs: ["/bin/sh", "-c", ""],
  workingDir: "build",
  scratchPaths: ["build", "nix/store"],
  inputsDir: "nix/store",
  outputs: ["nix/store/x", "nix/store/y"],
  environmentVars: [
    { key: "A", value: bytes("1") },
    { key: "B", value: Uint8Array.of(0xff) },
  ],
  constraints,
  additionalFiles: [{ path: "build/.attr", contents: bytes("") }],
  refscanNeedles: ["b", "a"],
};

const refused: readonly (readonly [string, Partial<BuildRequest>, string])[] = [
  ["inputs out of order", { inputs: [input("b"), input("a")] }, 'inputs[1] "a": sorts before "b"'],
  ["an input given twice", { inputs: [input("a"), input("a")] }, 'inputs[1] "a": given twice'],
  ["no command", { commandArgs: [] }, "command_args []: it names no program"],
  ["an empty program", { commandArgs: [""] }, 'command_args[0] "": it names no program'],
  ["NUL in an argument", { commandArgs: ["a", "b\0--bind"] }, 'command_args[1] "b\\u0000--bind": it has a NUL'],
  ["an absolute working directory", { workingDir: "/build" }, 'working_dir "/build": not a clean relative path'],
  [".. in the inputs directory", { inputsDir: "nix/../x" }, 'inputs_dir "nix/../x": not a clean relative path'],
  [". in a scratch path", { scratchPaths: ["./build"] }, 'scratch_paths[0] "./build": not a clean relative path'],
  ["NUL in a scratch path", { scratchPaths: ["b\0"] }, 'scratch_paths[0] "b\\u0000": not a clean relative path'],
  ["an empty part", { outputs: ["a", "b//c"] }, 'outputs[1] "b//c": not a clean relative path'],
  ["an empty path", { outputs: [""] }, 'outputs[0] "": not a clean relative path'],
  [".. in an output", { outputs: ["a", "../x"] }, 'outputs[1] "../x": not a clean relative path'],
  ["outputs out of order", { outputs: ["b", "a"] }, 'outputs[1] "a": sorts before "b"'],
  ["an output that is an input", { outputs: ["nix/store/a"] }, 'outputs[0] "nix/store/a": it lies within an input'],
  ["scratch in an input", { scratchPaths: ["nix/store/b/c"] }, 'scratch_paths[0] "nix/store/b/c": it lies within'],
  [
    "a file in an input",
    { additionalFiles: [{ path: "nix/store/a/f", contents: bytes("") }] },
    'additional_files[0] "nix/store/a/f": it lies within an input',
  ],
  [
    "an absolute additional file",
    { additionalFiles: [{ path: "/etc/passwd", contents: bytes("") }] },
    'additional_files[0] "/etc/passwd": not a clean relative path',
  ],
  ["an empty key", { environmentVars: [{ key: "", value: bytes("") }] }, 'environment_vars[0] "": it is empty'],
  [
    "= in a key",
    { environmentVars: [{ key: "A=B", value: bytes("") }] },
    'environment_vars[0] "A=B": it has an equals',
  ],
  ["NUL in a key", { environmentVars: [{ key: "A\0", value: bytes("") }] }, "environment_vars[0]"],
  ["NUL in a value", { environmentVars: [{ key: "A", value: bytes("\0") }] }, "its value has a NUL"],
  ["no system", { constraints: { ...constraints, system: "" } }, 'constraints.system "": it is empty'],
  [
    "a relative host path",
    { constraints: { ...constraints, availableRoPaths: ["usr"] } },
    'constraints.available_ro_paths[0] "usr": not a clean absolute path',
  ],
  [
    "host paths out of order",
    { constraints: { ...constraints, availableRoPaths: ["/b", "/a"] } },
    'constraints.available_ro_paths[1] "/a": sorts before "/b"',
  ],
  ["an empty needle", { refscanNeedles: [""] }, 'refscan_needles[0] "": it is empty'],
];

describe("validateBuildRequest", () => {
  it("takes a valid request", () => {
    expect(() => validateBuildRequest(valid)).not.toThrow();
  });

  it("takes a request without constraints, inputs and paths", () => {
    const bare = { ...valid, inputs: [], inputsDir: "", workingDir: "", constraints: undefined };
    expect(() => validateBuildRequest(bare)).not.toThrow();
  });

  it.each(refused)("refuses %s", (_what, change, message) => {
    expect(() => validateBuildRequest({ ...valid, ...change })).toThrow(
      expect.objectContaining({ code: "invalid-argument", message: expect.stringContaining(`Cannot build: `) }),
    );
    expect(() => validateBuildRequest({ ...valid, ...change })).toThrow(message);
  });

  it("sorts by bytes, not by UTF-16 units", () => {
    const paths = ["\uff5e", "\u{1f600}"];
    expect(() => validateBuildRequest({ ...valid, outputs: paths })).not.toThrow();
    expect(() => validateBuildRequest({ ...valid, outputs: paths.toReversed() })).toThrow("sorts before");
  });
});
