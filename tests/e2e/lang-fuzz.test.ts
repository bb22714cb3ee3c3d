import {
  createEvaluator,
  createLocalEvalIO,
  decodeByteString,
  EvaluationError,
  encodeByteString,
} from "@tvix-mesh/eval";
import { afterAll, expect, it } from "vitest";
import { runCommand } from "../compose/run-command.ts";
import { cleanEnvironment } from "./testing/daemon-process.ts";
import { ProgramGenerator } from "./testing/program-generator.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";

/** More of both finds more: `LANG_FUZZ_PROGRAMS=50000 LANG_FUZZ_SEED=7`. */
const programCount = Number(process.env.LANG_FUZZ_PROGRAMS ?? "300");
const firstSeed = Number(process.env.LANG_FUZZ_SEED ?? "1");
const batchSize = 40;
/** Nix takes long to give up on what never ends; such a program says nothing. */
const timeoutMs = 10_000;

type Outcome =
  | { readonly kind: "prints"; readonly output: string }
  | { readonly kind: "throws" }
  | { readonly kind: "fails"; readonly message: string };

const directory = makeTemporaryDirectory("lang-fuzz");
afterAll(() => directory[Symbol.dispose]());

const io = createLocalEvalIO({ environment: {}, homeDirectory: directory.path });
const evaluator = createEvaluator({ io, settings: { integerOverflow: "wrap" } });

function evaluateHere(program: string): Outcome {
  try {
    const output = evaluator.evaluate({}, (evaluation) => {
      const value = evaluation.expression(encodeByteString(program), encodeByteString(directory.path));
      evaluation.context.forceDeep(value);
      return decodeByteString(evaluation.print(value));
    });
    return { kind: "prints", output };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const catchable = error.kind === "throw" || error.kind === "assertion" || error.kind === "search-path";
    return catchable ? { kind: "throws" } : { kind: "fails", message: error.message };
  }
}

function parsesHere(program: string): boolean {
  try {
    evaluator.showParsed(encodeByteString(program), encodeByteString(directory.path));
    return true;
  } catch (error) {
    if (error instanceof EvaluationError) return false;
    throw error;
  }
}

async function parsesInNix(program: string): Promise<boolean> {
  const { exitCode } = await runCommand("nix-instantiate", ["--parse", "--expr", program], {
    cwd: directory.path,
    environment: cleanEnvironment({ HOME: directory.path }),
    timeoutMs,
  });
  return exitCode === 0;
}

async function evaluateInNix(program: string): Promise<Outcome | undefined> {
  const { exitCode, stdout, stderr } = await runCommand(
    "nix-instantiate",
    ["--eval", "--strict", "--readonly-mode", "--expr", program],
    { cwd: directory.path, environment: cleanEnvironment({ HOME: directory.path }), timeoutMs },
  );
  if (exitCode === 0) return { kind: "prints", output: stdout.replace(/\n$/, "") };
  if (exitCode === 1) return { kind: "fails", message: stderr };
  return undefined;
}

/**
 * Whether a program evaluates, or fails in a way that can be caught. As XML, since that is written in the order of the
 * names, while the order in which `--strict` comes to the attributes of a set is nobody's promise.
 */
function guarded(program: string): string {
  return `(builtins.tryEval (builtins.toXML ${program})).success`;
}

/** Programs that print here, or throw here, are judged by the dozen; who differs is then looked for. */
async function differencesInBatch(programs: readonly string[], expected: string): Promise<string[]> {
  if (programs.length === 0) return [];
  const judged = await evaluateInNix(`[ ${programs.join("\n")} ]`);
  if (judged?.kind === "prints" && judged.output === expected) return [];
  const differences: string[] = [];
  for (const program of programs) {
    const here = evaluateHere(program);
    const there = await evaluateInNix(program);
    if (there === undefined) continue;
    const same = here.kind === "prints" && there.kind === "prints" && here.output === there.output;
    if (!same) differences.push(describe(program, here, there));
  }
  return differences;
}

async function differenceOfFailing(program: string): Promise<string[]> {
  const there = await evaluateInNix(program);
  return there?.kind === "prints" ? [describe(program, evaluateHere(program), there)] : [];
}

function describe(program: string, here: Outcome, there: Outcome): string {
  return `${program}\n  nix:  ${JSON.stringify(there)}\n  here: ${JSON.stringify(here)}`;
}

it(`${programCount} generated programs from seed ${firstSeed} mean the same to nix-instantiate`, {
  timeout: 60_000 + programCount * 200,
}, async () => {
  const differences: string[] = [];
  for (let start = 0; start < programCount; start += batchSize) {
    const batch: string[] = [];
    for (let index = start; index < Math.min(start + batchSize, programCount); index++) {
      const program = new ProgramGenerator(firstSeed * 1_000_003 + index).program();
      const here = evaluateHere(program);
      if (here.kind === "prints") {
        batch.push(program);
        continue;
      }
      if (evaluateHere(guarded(program)).kind === "prints") batch.push(guarded(program));
      else differences.push(...(await differenceOfFailing(guarded(program))));
      if (here.kind === "fails") differences.push(...(await differenceOfFailing(program)));
    }
    const together = evaluateHere(`[ ${batch.join("\n")} ]`);
    const expected = together.kind === "prints" ? together.output : "";
    differences.push(...(await differencesInBatch(batch, expected)));
  }
  expect(differences).toEqual([]);
});

it(`nix-instantiate accepts and refuses ${programCount} mangled programs from seed ${firstSeed} alike`, {
  timeout: 60_000 + programCount * 200,
}, async () => {
  const differences: string[] = [];
  for (let index = 0; index < programCount; index++) {
    const program = new ProgramGenerator(firstSeed * 2_000_003 + index).mangledProgram();
    const there = await parsesInNix(program);
    if (parsesHere(program) !== there) differences.push(`${program}\n  nix ${there ? "accepts" : "refuses"} it`);
  }
  expect(differences).toEqual([]);
});
