import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBubblewrapSandbox, openLocalBuildService } from "@tvix-mesh/build";
import {
  createFileSystemView,
  createMemoryObjectStore,
  createObjectStoreBlobService,
  createObjectStoreDirectoryService,
} from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import {
  Diagnostic_Severity,
  type Event,
  EvaluateRequest_Format as Format,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { createNarCalculationService, createObjectStorePathInfoService } from "@tvix-mesh/store";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MeshServices } from "../mesh-services.ts";
import type { EvaluateRequestInit } from "./evaluator-service.ts";
import { createLocalEvaluator, type DisposableEvaluator } from "./local-evaluator.ts";

let folder: string;
let services: MeshServices;
let evaluator: DisposableEvaluator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-glue-"));
  const blobs = createObjectStoreBlobService(createMemoryObjectStore());
  const directories = createObjectStoreDirectoryService(createMemoryObjectStore());
  const pathInfos = createObjectStorePathInfoService(createMemoryObjectStore());
  const narCalculation = createNarCalculationService({ blobs, directories });
  const sandbox = createBubblewrapSandbox();
  const builds = await openLocalBuildService({
    sandbox,
    stores: { blobs, directories },
    workDirectory: join(folder, "builds"),
  });
  services = { blobs, directories, pathInfos, narCalculation, builds };
  evaluator = createLocalEvaluator({ services });
});

afterAll(async () => {
  await evaluator[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (value: Uint8Array) => new TextDecoder().decode(value);

function expressionOf(source: string) {
  return { source: { case: "text" as const, value: bytes(source) }, baseDir: folder };
}

interface Outcome {
  readonly events: readonly Event[];
  readonly error: unknown;
}

async function collect(stream: AsyncIterable<Event>): Promise<Outcome> {
  const events: Event[] = [];
  try {
    for await (const event of stream) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}

async function evaluate(
  source: string,
  options: Pick<EvaluateRequestInit, "format" | "strict" | "readOnly"> = {},
): Promise<string> {
  const { events, error } = await collect(evaluator.evaluate({ expression: expressionOf(source), ...options }));
  if (error) throw error;
  return events.map(({ event }) => (event.case === "value" ? text(event.value.text) : "")).join("");
}

const build = (source: string) => collect(evaluator.build({ expression: expressionOf(source) }));

function builtPaths({ events, error }: Outcome): string[] {
  if (error) throw error;
  return events.flatMap(({ event }) =>
    event.case === "builtOutputs" ? event.value.outputs.map(({ storePath }) => storePath) : [],
  );
}

async function fileAt(path: string): Promise<string> {
  const pathInfo = await services.pathInfos.get(StorePath.parseAbsolute(path).digest);
  if (pathInfo?.node.kind !== "file") throw new Error(`${path} is no file`);
  const pieces = await Array.fromAsync(createFileSystemView(services).read(pathInfo.node));
  return text(new Uint8Array(Buffer.concat(pieces)));
}

/** A derivation whose builder is a line of shell. */
function shell(name: string, script: string, more = ""): string {
  return `derivation ({ name = "${name}"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" ''${script}'' ]; } // { ${more} })`;
}

describe("evaluate()", () => {
  test("prints each format", async () => {
    expect(await evaluate('{ a = 1; b = "x"; }', { strict: true })).toBe('{ a = 1; b = "x"; }\n');
    expect(await evaluate('{ a = 1; b = "x"; }', { format: Format.JSON })).toBe('{"a":1,"b":"x"}\n');
    expect(await evaluate('"raw"', { format: Format.RAW })).toBe("raw");
    expect(await evaluate("1+1", { format: Format.PARSE })).toBe("(1 + 1)\n");
  });

  test("tells warnings and trace lines in their order", async () => {
    const { events } = await collect(
      evaluator.evaluate({ expression: expressionOf('builtins.trace "one" (builtins.trace "two" 3)') }),
    );
    expect(events.map(({ event }) => (event.case === "traceLine" ? text(event.value.line) : event.case))).toEqual([
      "one",
      "two",
      "value",
    ]);
  });

  test("a wrong expression ends with a diagnostic and failed-precondition", async () => {
    const { events, error } = await collect(evaluator.evaluate({ expression: expressionOf("1 +\n  nope") }));
    expect(error).toMatchObject({
      code: "failed-precondition",
      message: expect.stringContaining("undefined variable 'nope'"),
    });
    const last = events.at(-1)?.event;
    expect(last).toMatchObject({
      case: "diagnostic",
      value: { severity: Diagnostic_Severity.ERROR, position: { line: 2, column: 3 } },
    });
    expect(last?.case === "diagnostic" && text(last.value.position?.sourceLine ?? bytes(""))).toBe("  nope");
  });

  test("a source is in the store afterwards, unless the evaluation is read-only", async () => {
    const readOnly = await evaluate('builtins.toFile "not-stored" "x"', { format: Format.RAW, readOnly: true });
    expect(await services.pathInfos.get(StorePath.parseAbsolute(readOnly).digest)).toBeUndefined();
    const path = await evaluate('builtins.toFile "foo" "bar"', { format: Format.RAW });
    expect(path).toBe("/nix/store/vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo");
    expect(await fileAt(path)).toBe("bar");
  });

  test("a program that recurses without end fails alone", async () => {
    const { error } = await collect(evaluator.evaluate({ expression: expressionOf("let f = x: 1 + f x; in f 0") }));
    expect(error).toMatchObject({ code: "failed-precondition" });
    expect(await evaluate("1 + 1")).toBe("2\n");
  });

  test("an abort stops the work, and the next request is unharmed", async () => {
    const controller = new AbortController();
    const endless =
      "let f = n: if n == 0 then 0 else f (n - 1); in builtins.foldl' (a: b: a + f 900) 0 (builtins.genList (x: x) 100000000)";
    const running = collect(evaluator.evaluate({ expression: expressionOf(endless) }, { signal: controller.signal }));
    setTimeout(() => controller.abort(new Error("enough")), 300);
    expect((await running).error).toMatchObject({ message: "enough" });
    expect(await evaluate("1 + 1")).toBe("2\n");
  });
});

describe("build()", () => {
  test("builds what a derivation needs first, and registers references, deriver and NAR", async () => {
    const source = `let dep = ${shell("dep", "echo dep > $out")}; in ${shell("top", "echo $dep > $out", "inherit dep;")}`;
    const [path] = builtPaths(await build(source));
    const dep = (await fileAt(path ?? "")).trim();
    expect(await fileAt(dep)).toBe("dep\n");
    const pathInfo = await services.pathInfos.get(StorePath.parseAbsolute(path ?? "").digest);
    expect(pathInfo?.references.map((reference) => reference.absolute())).toEqual([dep]);
    expect(pathInfo?.deriver?.name).toBe("top.drv");
    expect(pathInfo?.narSizeBytes).toBeGreaterThan(0n);
  });

  test("pairs the outputs of a derivation with their own contents", async () => {
    const source = shell("multi", "echo z > $zzz; echo a > $aaa; echo o > $out", 'outputs = [ "zzz" "out" "aaa" ];');
    const paths = builtPaths(await build(`let d = ${source}; in [ d.zzz d.out d.aaa ]`));
    expect(await Promise.all(paths.map(fileAt))).toEqual(["z\n", "o\n", "a\n"]);
  });

  test("a second build of the same finds it in the store", async () => {
    const source = shell("again", "echo again > $out");
    builtPaths(await build(source));
    const { events } = await build(source);
    expect(events.filter(({ event }) => event.case === "logLine")).toEqual([]);
    expect(events.map(({ event }) => event.case)).toEqual(["progress", "builtOutputs"]);
  });

  test("a builder that fails is told with its last lines, and nothing is registered", async () => {
    const source = shell("broken", "echo some output; echo made > $out; exit 3");
    const { events, error } = await build(source);
    expect(error).toMatchObject({
      code: "failed-precondition",
      message: expect.stringMatching(/exited with code 3(.|\n)*some output/),
    });
    expect(events.at(-1)?.event.case).toBe("diagnostic");
    const out = await evaluate(`(${source}).outPath`, { format: Format.RAW });
    expect(await services.pathInfos.get(StorePath.parseAbsolute(out).digest)).toBeUndefined();
  });

  test("a fixed output is kept with its content address, or refused with both hashes", async () => {
    const hash = await evaluate('builtins.hashString "sha256" "fixed\\n"', { format: Format.RAW });
    const fixed = (expected: string) =>
      shell("fixed", "echo fixed > $out", `outputHash = "${expected}"; outputHashAlgo = "sha256";`);
    const [path] = builtPaths(await build(fixed(hash)));
    expect((await services.pathInfos.get(StorePath.parseAbsolute(path ?? "").digest))?.ca).toMatchObject({
      method: "flat",
    });
    const wrong = await build(fixed(hash.replace(/^./, (digit) => (digit === "0" ? "1" : "0"))));
    expect(wrong.error).toMatchObject({
      message: expect.stringMatching(/hash mismatch: specified sha256-\S+, got sha256-/),
    });
  });

  test("passAsFile, placeholders and structured attributes reach the builder", async () => {
    const passed = shell(
      "passed",
      "read -r line < $bigPath; echo $line $self > $out",
      'big = "from a file"; passAsFile = [ "big" ]; self = builtins.placeholder "out";',
    );
    const [passedPath = ""] = builtPaths(await build(passed));
    expect(await fileAt(passedPath)).toBe(`from a file ${passedPath}\n`);
    const structured = shell(
      "structured",
      'out=$(sed \'s/.*"out":"\\([^"]*\\).*/\\1/\' $NIX_ATTRS_JSON_FILE); cat $NIX_ATTRS_JSON_FILE > $out',
      "__structuredAttrs = true; list = [ 1 2 ];",
    );
    const [structuredPath = ""] = builtPaths(await build(structured));
    expect(JSON.parse(await fileAt(structuredPath))).toMatchObject({ list: [1, 2], outputs: { out: structuredPath } });
  });

  test("import from derivation builds during the evaluation", async () => {
    const generated = shell("generated.nix", "echo '{ answer = 42; }' > $out");
    expect(await evaluate(`(import (${generated})).answer`)).toBe("42\n");
    expect(await evaluate(`builtins.readFile (${generated})`, { format: Format.RAW })).toBe("{ answer = 42; }\n");
  });

  test("a file that changes after its path was calculated is refused", async () => {
    const file = join(folder, "changing");
    writeFileSync(file, "before");
    // The derivation builds a dependency first, and that is when the file changes.
    const source = `let dep = ${shell("slow", "echo slow; echo > $out")}; in ${shell("uses", "echo > $out", `inherit dep; file = ${file};`)}`;
    const events: Event[] = [];
    const run = async () => {
      for await (const event of evaluator.build({ expression: expressionOf(source) })) {
        events.push(event);
        if (event.event.case === "logLine") writeFileSync(file, "after");
      }
    };
    await expect(run()).rejects.toThrow("has changed since it was evaluated");
  });
});
