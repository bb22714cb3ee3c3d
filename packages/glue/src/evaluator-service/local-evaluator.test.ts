import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileSystemView, importTree, nodeToMessage } from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import {
  Diagnostic_Severity,
  type Event,
  EvaluateRequest_Format as Format,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MeshServices } from "../mesh-services.ts";
import { openMemoryMesh } from "../testing/memory-mesh.ts";
import type { EvaluateRequestInit } from "./evaluator-service.ts";
import { createLocalEvaluator, type DisposableEvaluator, type LocalEvaluatorOptions } from "./local-evaluator.ts";

let folder: string;
let services: MeshServices;
let evaluator: DisposableEvaluator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-glue-"));
  services = await openMemoryMesh(join(folder, "builds"));
  evaluator = createLocalEvaluator({ services });
});

afterAll(async () => {
  await evaluator[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

type ExpressionInit = NonNullable<EvaluateRequestInit["expression"]>;

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
    expect(await evaluate('{ a = throw "x"; b = [ 1 ]; }', { format: Format.REPL })).toBe(
      "{ a = «error: x»; b = [ ... ]; }\n",
    );
    expect(await evaluate("{ b = [ 1 ]; }", { format: Format.REPL, strict: true })).toBe("{ b = [ 1 ]; }\n");
    expect(await evaluate("map", { format: Format.TYPE })).toBe("the built-in function 'map'\n");
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

describe("limits and confinement", () => {
  async function evaluateWith(options: Partial<LocalEvaluatorOptions>, expression: ExpressionInit): Promise<Outcome> {
    const limited = createLocalEvaluator({ services, ...options });
    try {
      return await collect(limited.evaluate({ expression, format: Format.RAW }));
    } finally {
      await limited[Symbol.asyncDispose]();
    }
  }

  function printed({ events, error }: Outcome): string {
    if (error) throw error;
    return events.map(({ event }) => (event.case === "value" ? text(event.value.text) : "")).join("");
  }

  const endless =
    "let f = n: if n == 0 then 0 else f (n - 1); in builtins.foldl' (a: b: a + f 900) 0 (builtins.genList (x: x) 100000000)";

  test("an evaluation that takes too long ends with a diagnostic, and the next is unharmed", async () => {
    const limited = createLocalEvaluator({ services, limits: { evaluationTimeoutMs: 4_000 } });
    const { events, error } = await collect(limited.evaluate({ expression: expressionOf(endless) }));
    expect(error).toMatchObject({ code: "resource-exhausted", message: "Cannot evaluate: it takes longer than 4 s" });
    expect(events.at(-1)?.event.case).toBe("diagnostic");
    expect(printed(await collect(limited.evaluate({ expression: expressionOf("1 + 1") })))).toBe("2\n");
    await limited[Symbol.asyncDispose]();
  });

  test("an evaluation that needs too much memory ends with a diagnostic, and the next is unharmed", async () => {
    const limited = createLocalEvaluator({ services, isolated: true, limits: { maxOldGenerationSizeMb: 64 } });
    const hungry =
      "builtins.length (builtins.foldl' (a: b: a ++ [ (toString b) ]) [ ] (builtins.genList (x: x) 1000000))";
    const { error } = await collect(limited.evaluate({ expression: expressionOf(hungry) }));
    expect(error).toMatchObject({
      code: "resource-exhausted",
      message: "Cannot evaluate: it needs more than 64 MiB of memory",
    });
    expect(printed(await collect(limited.evaluate({ expression: expressionOf("1 + 1") })))).toBe("2\n");
    await limited[Symbol.asyncDispose]();
  });

  test("a process of its own evaluates, asks back, stops when told, and is replaced", async () => {
    const isolated = createLocalEvaluator({ services, isolated: true });
    const generated = shell("from-a-process.nix", "echo 'builtins.trace \"seen\" 42' > $out");
    const { events, error } = await collect(isolated.evaluate({ expression: expressionOf(`import (${generated})`) }));
    expect(error).toBeUndefined();
    expect(events.map(({ event }) => event.case)).toEqual(expect.arrayContaining(["progress", "traceLine", "value"]));
    const controller = new AbortController();
    const stopped = collect(isolated.evaluate({ expression: expressionOf(endless) }, { signal: controller.signal }));
    setTimeout(() => controller.abort(new Error("enough")), 300);
    expect((await stopped).error).toMatchObject({ message: "enough" });
    expect(printed(await collect(isolated.evaluate({ expression: expressionOf("1 + 1") })))).toBe("2\n");
    await isolated[Symbol.asyncDispose]();
  });

  test("with two threads a slow request doesn't hold up a quick one", async () => {
    const two = createLocalEvaluator({ services, limits: { threads: 2 } });
    const controller = new AbortController();
    const slow = collect(two.evaluate({ expression: expressionOf(endless) }, { signal: controller.signal }));
    expect(printed(await collect(two.evaluate({ expression: expressionOf("1 + 1") })))).toBe("2\n");
    controller.abort(new Error("enough"));
    expect((await slow).error).toMatchObject({ message: "enough" });
    await two[Symbol.asyncDispose]();
  });

  describe("allowed paths", () => {
    let allowed: string;

    beforeAll(() => {
      allowed = join(folder, "allowed");
      mkdirSync(join(allowed, "below"), { recursive: true });
      writeFileSync(join(allowed, "file"), "visible");
      writeFileSync(join(folder, "secret"), "secret");
      symlinkSync("../secret", join(allowed, "way-out"));
      symlinkSync("file", join(allowed, "way-in"));
    });

    test.each([
      ["file", "visible"],
      ["way-in", "visible"],
    ])("show %s", async (name, contents) => {
      const expression = {
        source: { case: "text" as const, value: bytes(`builtins.readFile ./${name}`) },
        baseDir: allowed,
      };
      expect(printed(await evaluateWith({ access: { allowedPaths: [allowed] } }, expression))).toBe(contents);
    });

    test.each([
      "builtins.readFile ./way-out",
      "builtins.readFile ../secret",
      "builtins.readFile /etc/hostname",
      "builtins.attrNames (builtins.readDir ../.)",
      '"${../secret}"',
      'builtins.hashFile "sha256" ./way-out',
      "import ./way-out",
      "(builtins.path { path = ../secret; })",
    ])("hide what %s would show", async (program) => {
      const expression = { source: { case: "text" as const, value: bytes(program) }, baseDir: allowed };
      const { error } = await evaluateWith({ access: { allowedPaths: [allowed] } }, expression);
      expect(error).toMatchObject({ code: "failed-precondition", message: expect.stringContaining("forbidden") });
    });
  });

  describe("mounts", () => {
    const program =
      '"${./.} ${./data} ${builtins.path { path = ./.; name = "filtered"; filter = path: type: baseNameOf path != "data"; }} ${import ./sub/deep.nix}"';
    let local: string;

    beforeAll(() => {
      local = join(folder, "project");
      mkdirSync(join(local, "sub"), { recursive: true });
      writeFileSync(join(local, "default.nix"), program);
      writeFileSync(join(local, "data"), "some data");
      writeFileSync(join(local, "sub", "deep.nix"), "builtins.readFile ../data");
    });

    test("give the paths that the same files give, with the client's files gone", async () => {
      const file = { source: { case: "file" as const, value: "/client/project/default.nix" } };
      const expected = printed(await evaluateWith({}, { source: { case: "file", value: join(local, "default.nix") } }));
      const node = nodeToMessage(await importTree(local, services));
      rmSync(local, { recursive: true });
      const expression = { ...file, mounts: [{ path: "/client/project", node }] };
      const mountDirectory = join(folder, "mounts");
      expect(printed(await evaluateWith({ mountDirectory }, expression))).toBe(expected);
      const outside = {
        source: { case: "text" as const, value: bytes("builtins.readFile /etc/hostname") },
        mounts: expression.mounts,
      };
      expect((await evaluateWith({ mountDirectory }, outside)).error).toMatchObject({
        message: expect.stringContaining("forbidden"),
      });
    });

    test.each(["relative", "/", "/a/../b", "/a/"])("refuse the path %s", async (path) => {
      const expression = { source: { case: "text" as const, value: bytes("1") }, mounts: [{ path }] };
      const { error } = await evaluateWith({ mountDirectory: join(folder, "mounts") }, expression);
      expect(error).toMatchObject({
        code: "invalid-argument",
        message: expect.stringContaining(`Cannot mount "${path}"`),
      });
    });
  });
});
