import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { createBlobServiceClient, createDirectoryServiceClient, importTree, nodeToMessage } from "@tvix-mesh/castore";
import { createEvaluatorClient, type EvaluatorService } from "@tvix-mesh/glue";
import type { Diagnostic, ExpressionSchema } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { ServiceError } from "@tvix-mesh/service";
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitUntil } from "../compose/wait-until.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { residentBytesOfTree } from "./testing/process-memory.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";

const requestCount = 500;
/** Of so many requests one is hostile. */
const hostileEvery = 10;
/** More than two idle evaluating processes may have, less than what one keeps that isn't replaced. */
const growthBytes = 700 * 2 ** 20;

type ExpressionInit = MessageInitShape<typeof ExpressionSchema>;

interface Hostile {
  readonly name: string;
  readonly expression: ExpressionInit;
  /** Codes of the diagnostic; where limits of time and memory compete, either may come first. */
  readonly codes: readonly string[];
  readonly status: string;
}

interface Outcome {
  readonly value: string;
  readonly diagnostic: Diagnostic | undefined;
  readonly status: string;
}

const folder = makeTemporaryDirectory("hostile");
/** Takes requests and never answers. */
const silent: Server = createServer(() => undefined);
let mesh: Mesh;
let evaluator: EvaluatorService;

beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  mesh = await startMesh({ arguments: { evaluator: ["--threads", "2", "--max-memory", "384"] } });
  evaluator = createEvaluatorClient(mesh.channel("evaluator"));
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
  silent.closeAllConnections();
  silent.close();
  folder[Symbol.dispose]();
});

function programOf(source: string | Uint8Array, more: object = {}): ExpressionInit {
  return { source: { case: "text" as const, value: Buffer.from(source) }, baseDir: folder.path, ...more };
}

const inOneSecond = { limits: { timeMs: 1_000 } };

/** A tree with a symlink that leads out of it, as its owner has uploaded it. */
async function mountOfLeakyTree(): Promise<object> {
  const tree = join(folder.path, "tree");
  mkdirSync(tree);
  symlinkSync("/etc/passwd", join(tree, "way-out"));
  const services = {
    blobs: createBlobServiceClient(mesh.channel("blob-service")),
    directories: createDirectoryServiceClient(mesh.channel("directory-service")),
  };
  const node = nodeToMessage(await importTree(tree, services));
  return { mounts: [{ path: "/client/tree", node }], access: { pure: true } };
}

async function hostilePrograms(): Promise<readonly Hostile[]> {
  const { port } = silent.address() as AddressInfo;
  const endless = `http://127.0.0.1:${port}/never`;
  const megabytes = Buffer.alloc(100 * 2 ** 20, "1 ");
  megabytes.write("[", 0);
  megabytes.write("]", megabytes.length - 1);
  writeFileSync(join(folder.path, "large.nix"), megabytes);
  const manyLetters = (count: number) => `(builtins.concatStringsSep "" (builtins.genList (x: "a") ${count}))`;
  const program = "failed-precondition";
  const limit = "resource-exhausted";
  return [
    { name: "infinite recursion", expression: programOf("let x = x; in x"), codes: ["E014"], status: program },
    {
      name: "deep recursion",
      expression: programOf("let f = n: if n == 0 then 0 else 1 + f (n - 1); in f 10000000"),
      codes: ["E102"],
      status: program,
    },
    {
      name: "deep nesting of values",
      expression: programOf("(builtins.foldl' (a: b: { v = a.v + b; }) { v = 0; } (builtins.genList (x: x) 400000)).v"),
      codes: ["E102"],
      status: program,
    },
    { name: "deep nesting of source", expression: programOf("[".repeat(1_000_000)), codes: ["E102"], status: program },
    { name: "a literal of 100 MB", expression: programOf("import ./large.nix"), codes: ["E121"], status: limit },
    {
      name: "a list of 10^8 elements",
      expression: programOf('"${toString (builtins.genList (x: x) 100000000)}"'),
      codes: ["E121"],
      status: limit,
    },
    {
      name: "a memory hog",
      expression: programOf(
        'builtins.length (builtins.attrNames (builtins.foldl\' (a: b: a // { "a${toString b}" = b; }) { } (builtins.concatMap (x: builtins.genList (y: x * 1000 + y) 1000) (builtins.genList (x: x) 20000))))',
        { limits: { timeMs: 20_000 } },
      ),
      codes: ["E120", "E121"],
      status: limit,
    },
    {
      name: "a catastrophic regular expression",
      expression: programOf(`builtins.match "(a|aa|(a*)*)*b" ${manyLetters(1_000_000)}`, inOneSecond),
      codes: ["E120", "E121"],
      status: limit,
    },
    {
      name: "an exploding regular expression",
      expression: programOf('builtins.match "((a{0,1000}){0,1000}){0,1000}b" "aaaa"'),
      codes: ["E106"],
      status: program,
    },
    {
      name: "a fetch that never ends",
      expression: programOf(`builtins.readFile (builtins.fetchurl "${endless}")`, inOneSecond),
      codes: ["E120"],
      status: limit,
    },
    {
      name: "a symlink out of a pure tree",
      expression: programOf("builtins.readFile /client/tree/way-out", await mountOfLeakyTree()),
      codes: ["E104"],
      status: program,
    },
    {
      name: "a file of the machine in pure mode",
      expression: programOf("import /etc/passwd", { access: { pure: true } }),
      codes: ["E104"],
      status: program,
    },
    { name: "invalid UTF-8", expression: programOf(Buffer.from([0x31, 0x20, 0xff])), codes: ["E015"], status: program },
    { name: "NUL in a string", expression: programOf('"a\0b"'), codes: ["E015"], status: program },
    {
      name: "NUL in JSON",
      expression: programOf('builtins.fromJSON "\\"a\\\\u0000b\\""'),
      codes: ["E030"],
      status: program,
    },
    { name: "exec", expression: programOf('builtins.exec [ "id" ]'), codes: ["E005"], status: program },
    {
      name: "an endless loop",
      expression: programOf(
        "let count = n: if n == 0 then 0 else 1 + count (n - 1); in (builtins.genericClosure { startSet = [ { key = 0; } ]; operator = { key }: builtins.seq (count 900) [ { key = key + 1; } ]; })",
        inOneSecond,
      ),
      codes: ["E120"],
      status: limit,
    },
  ];
}

async function evaluate(expression: ExpressionInit): Promise<Outcome> {
  let value = "";
  let diagnostic: Diagnostic | undefined;
  try {
    for await (const { event } of evaluator.evaluate({ expression }))
      if (event.case === "value") value += Buffer.from(event.value.text).toString();
      else if (event.case === "diagnostic") diagnostic = event.value;
    return { value, diagnostic, status: "ok" };
  } catch (error) {
    return { value, diagnostic, status: ServiceError.is(error) ? error.code : String(error) };
  }
}

/** A program that takes a few milliseconds, and its answer. */
function honestProgram(index: number): { readonly expression: ExpressionInit; readonly answer: string } {
  const source = `let f = n: if n < 2 then n else f (n - 1) + f (n - 2); in { n = ${index}; f = f 12; m = builtins.match "(a|aa|(a*)*)*b" "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"; }`;
  return {
    expression: programOf(`with ${source}; "\${toString n} \${toString f} \${toString (m == null)}"`),
    answer: `"${index} 144 1"\n`,
  };
}

test("500 requests at once, every tenth hostile: the others are right, and the memory comes back", async () => {
  const hostile = await hostilePrograms();
  const daemon = mesh.process("evaluator").processId;
  await Promise.all(Array.from({ length: 50 }, (_, index) => evaluate(honestProgram(index).expression)));
  const usedBefore = residentBytesOfTree(daemon);

  const outcomes = await Promise.all(
    Array.from({ length: requestCount }, async (_, index) => {
      const isHostile = index % hostileEvery === 0;
      const attack = isHostile ? hostile[(index / hostileEvery) % hostile.length] : undefined;
      const honest = honestProgram(index);
      return { attack, honest, outcome: await evaluate(attack?.expression ?? honest.expression) };
    }),
  );

  for (const { attack, honest, outcome } of outcomes) {
    if (!attack) {
      expect(outcome).toEqual({ value: honest.answer, diagnostic: undefined, status: "ok" });
      continue;
    }
    const { value, status, diagnostic } = outcome;
    expect({ name: attack.name, value, status }).toEqual({ name: attack.name, value: "", status: attack.status });
    expect(attack.codes, `${attack.name}: ${diagnostic?.message}`).toContain(diagnostic?.code);
    expect(diagnostic?.position, attack.name).toMatchObject({
      file: expect.stringMatching(/^«string»$|\.nix$/),
      line: expect.any(Number),
      column: expect.any(Number),
    });
  }

  const limit = usedBefore + growthBytes;
  await waitUntil("the evaluator's memory", 30_000, async () => residentBytesOfTree(daemon) < limit || undefined);
}, 400_000);
