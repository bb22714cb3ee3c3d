import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { StorePath } from "@tvix-mesh/nix-compat";
import { EvaluateRequest_Format as Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { MeshServices } from "../mesh-services.ts";
import { openMemoryMesh } from "../testing/memory-mesh.ts";
import { createLocalEvaluator, type DisposableEvaluator } from "./local-evaluator.ts";

let folder: string;
let services: MeshServices;
let evaluator: DisposableEvaluator;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-drv-"));
  services = await openMemoryMesh(join(folder, "builds"));
  evaluator = createLocalEvaluator({ services });
});
afterEach(async () => {
  await evaluator[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const make = 'name: input: derivation { inherit name input; system = "x86_64-linux"; builder = "/bin/sh"; }';
/** Two derivations, of which one needs the other and a text. */
const program = `let make = ${make}; in make "outer" (make "inner" (builtins.toFile "text" "contents"))`;

async function evaluate(text: string, request: { readonly format: Format; readonly readOnly?: boolean }) {
  const source = { case: "text" as const, value: new TextEncoder().encode(text) };
  let printed = "";
  for await (const { event } of evaluator.evaluate({ expression: { source }, ...request }))
    if (event.case === "value") printed += new TextDecoder().decode(event.value.text);
  return printed;
}

/** The names of everything in the store, without their hashes. */
async function storedNames(): Promise<readonly string[]> {
  const names: string[] = [];
  for await (const { storePath } of services.pathInfos.list()) names.push(storePath.name);
  return names.toSorted();
}

describe("Evaluate", () => {
  test("stores the .drv files that it prints, with all that they need", async () => {
    const printed = await evaluate(program, { format: Format.DERIVATIONS });
    expect(await storedNames()).toEqual(["inner.drv", "outer.drv", "text"]);
    const { digest } = StorePath.parseAbsolute(printed.trim());
    const references = (await services.pathInfos.get(digest))?.references ?? [];
    expect(references.map(({ name }) => name)).toEqual(["inner.drv"]);
  });

  test("stores none of them if that is all it is asked to calculate", async () => {
    const printed = await evaluate(program, { format: Format.DERIVATIONS, readOnly: true });
    expect(printed).toMatch(/-outer\.drv\n$/);
    expect(await storedNames()).toEqual([]);
  });

  test("stores no .drv file whose path is only a part of a value", async () => {
    await evaluate(`(${program}).drvPath`, { format: Format.RAW });
    expect(await storedNames()).toEqual(["text"]);
  });

  test("stores nothing of a program that fails", async () => {
    const failing = `builtins.seq (${program}).drvPath (throw "no")`;
    await expect(evaluate(failing, { format: Format.DERIVATIONS })).rejects.toThrow("no");
    expect(await storedNames()).toEqual([]);
  });
});
