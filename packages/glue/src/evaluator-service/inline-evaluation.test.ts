import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { openMemoryMesh } from "../testing/memory-mesh.ts";
import { createLocalEvaluator, type DisposableEvaluator } from "./local-evaluator.ts";

let folder: string;
let evaluator: DisposableEvaluator;
const observed: Event[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-inline-"));
  const services = await openMemoryMesh(join(folder, "builds"));
  evaluator = createLocalEvaluator({ services, inline: { observe: (event) => void observed.push(event) } });
});

beforeEach(() => {
  observed.length = 0;
});

afterAll(async () => {
  await evaluator[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

async function valuesOf(source: string): Promise<readonly string[]> {
  const expression = { source: { case: "text" as const, value: Buffer.from(source) }, baseDir: folder };
  for await (const { event } of evaluator.evaluate({ expression })) expect(event.case).not.toBe("value");
  return observed.flatMap(({ event }) => (event.case === "value" ? [Buffer.from(event.value.text).toString()] : []));
}

function traces(): readonly string[] {
  return observed.flatMap(({ event }) =>
    event.case === "traceLine" ? [Buffer.from(event.value.line).toString()] : [],
  );
}

describe("an evaluation in the caller's thread", () => {
  test("tells values and traces before the stream goes on", async () => {
    expect(await valuesOf('builtins.trace "one" (builtins.trace "two" 3)')).toEqual(["3\n"]);
    expect(traces()).toEqual(["one", "two"]);
  });

  test("fails as others do", async () => {
    await expect(valuesOf('throw "no"')).rejects.toThrow();
    observed.length = 0;
    expect(await valuesOf("1 + 1")).toEqual(["2\n"]);
  });

  test("builds what it imports, and tells nothing twice", async () => {
    const built = `derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo 41 > $out" ]; }`;
    const source = `builtins.trace "before" (let n = import (${built}); in builtins.trace "after" (n + 1))`;
    expect(await valuesOf(source)).toEqual(["42\n"]);
    expect(traces()).toEqual(["before", "after"]);
    observed.length = 0;
    expect(await valuesOf("2")).toEqual(["2\n"]);
  });
});
