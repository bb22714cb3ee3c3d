import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { StorePath } from "@tvix-mesh/nix-compat";
import { EvaluateRequest_Format as Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createLocalEvaluator, type DisposableEvaluator } from "../evaluator-service/local-evaluator.ts";
import type { MeshServices } from "../mesh-services.ts";
import { openMemoryMesh } from "../testing/memory-mesh.ts";

let folder: string;
let services: MeshServices;
let evaluator: DisposableEvaluator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-kept-"));
  services = await openMemoryMesh(join(folder, "builds"));
  evaluator = createLocalEvaluator({ services });
});

afterAll(async () => {
  await evaluator[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

let project: string;

beforeEach(() => {
  project = mkdtempSync(join(folder, "project-"));
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), text);
  }
}

/** Waits until the next change of a file is sure to have another time. */
const settle = () => sleep(60);

const expression = (program: string) => ({
  source: { case: "text" as const, value: new TextEncoder().encode(program) },
  baseDir: project,
});

async function evaluate(program: string, options: { readonly readOnly?: boolean } = {}): Promise<string> {
  const request = { expression: expression(program), format: Format.RAW, readOnly: true, ...options };
  let text = "";
  for await (const { event } of evaluator.evaluate(request))
    if (event.case === "value") text += new TextDecoder().decode(event.value.text);
  return text;
}

async function build(program: string): Promise<string | undefined> {
  for await (const { event } of evaluator.build({ expression: expression(program) }))
    if (event.case === "builtOutputs") return event.value.outputs[0]?.storePath;
  return undefined;
}

const isStored = async (path: string) =>
  (await services.pathInfos.get(StorePath.parseAbsolute(path).digest)) !== undefined;

describe("evaluations one after the other", () => {
  it.each([
    ["a file", "${./source/below/file}", { "source/below/file": "new" }],
    ["a file deep in a tree", "${./source}", { "source/below/file": "new" }],
    ["a tree with one more file", "${./source}", { "source/below/other": "" }],
    [
      "a filtered tree",
      '${builtins.filterSource (path: type: type == "directory" || baseNameOf path == "file") ./source}',
      { "source/below/file": "new" },
    ],
    ["a named tree", '${builtins.path { path = ./source; name = "named"; }}', { "source/below/file": "new" }],
  ])("see the change of %s that is copied", async (_, copied, changed) => {
    write({ "a.nix": `{ path = "${copied}"; }`, "source/below/file": "old", "source/below/ignored": "" });
    await settle();
    const before = await evaluate("(import ./a.nix).path");
    expect(await evaluate("(import ./a.nix).path")).toBe(before);
    write(changed);
    const after = await evaluate("(import ./a.nix).path");
    expect(after).not.toBe(before);
    // What no evaluation has kept gives the same.
    expect(await evaluate(`let a = ${`{ path = "${copied}"; }`}; in a.path`)).toBe(after);
  });

  it("read the contents that a path of the store stands for", async () => {
    write({ "a.nix": '{ path = "${./source}"; }', "source/file": "old" });
    await settle();
    const read = () => evaluate('builtins.readFile ((import ./a.nix).path + "/file")');
    expect(await read()).toBe("old");
    write({ "source/file": "new" });
    expect(await read()).toBe("new");
  });

  it("put sources into the store that only an earlier, read-only one has made", async () => {
    write({
      "a.nix": '{ text = builtins.toFile "text" "of ${builtins.toFile "other" "x"}"; tree = "${./source}"; }',
      "source/file": "old",
    });
    await settle();
    for (const attribute of ["text", "tree"]) {
      const path = await evaluate(`(import ./a.nix).${attribute}`);
      expect(await isStored(path)).toBe(false);
      expect(await evaluate(`(import ./a.nix).${attribute}`, { readOnly: false })).toBe(path);
      expect(await isStored(path)).toBe(true);
    }
  });

  it("build derivations that an earlier one has made, with their inputs", async () => {
    const derivation = (name: string, script: string) =>
      `derivation { name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" ${script} ]; }`;
    write({
      "a.nix": `rec {
        dep = ${derivation("dep", '"read -r line < ${./source/file}; echo $line > $out"')};
        top = ${derivation("top", '"read -r line < ${dep}; echo $line > $out"')};
      }`,
      "source/file": "contents\n",
    });
    await settle();
    const path = await evaluate("(import ./a.nix).top");
    expect(await build("(import ./a.nix).top")).toBe(path);
    expect(await evaluate("builtins.readFile (import ./a.nix).top")).toBe("contents\n");
    expect(await evaluate("builtins.readFile (import ./a.nix).top")).toBe("contents\n");
  });

  it("share nothing when they may see different files", async () => {
    write({ "a.nix": '{ path = builtins.toFile "confidential" "the secret"; }' });
    await settle();
    const path = await evaluate("(import ./a.nix).path");
    mkdirSync(join(project, "allowed"));
    await using confined = createLocalEvaluator({ services, access: { allowedPaths: [join(project, "allowed")] } });
    const ask = async (program: string) => {
      for await (const _ of confined.evaluate({ expression: expression(program), readOnly: true }));
    };
    await expect(ask("(import ./a.nix).path")).rejects.toThrow("forbidden");
    await expect(ask(`builtins.readFile "${path}"`)).rejects.toThrow();
  });
});
