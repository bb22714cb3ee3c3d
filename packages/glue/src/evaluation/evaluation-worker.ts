import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { getHeapStatistics } from "node:v8";
import { parentPort, workerData } from "node:worker_threads";
import {
  ContextElement,
  contextElements,
  contextOf,
  createEvaluator,
  createLocalEvalIO,
  decodeByteString,
  EvalIOError,
  type Evaluation,
  EvaluationError,
  type EvaluationEvent,
  type Evaluator,
  knownContext,
  type Lazy,
  type NixString,
  textOf,
} from "@tvix-mesh/eval";
import { errorCodes, failureCodes, warningCodes } from "@tvix-mesh/eval/diagnostic-codes";
import { FormatError } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service/service-error";
import { createDerivationStrict } from "../builtins/derivation-strict.ts";
import { createFetchBuiltins } from "../builtins/fetch-builtins.ts";
import { createPathBuiltins } from "../builtins/path-builtins.ts";
import { createSearchPathFetcher } from "../builtins/search-path-fetcher.ts";
import { createStoreBuiltins } from "../builtins/store-builtins.ts";
import { defaultCacheDirectory } from "../fetchers/cache-directory.ts";
import { FetchPlaces } from "../fetchers/fetch-places.ts";
import type { FetchRequest } from "../fetchers/fetcher.ts";
import { createTreeAdder } from "../sources/tree-adder.ts";
import { StoreEvalIO } from "../store-eval-io.ts";
import { collectDerivations } from "./collect-derivations.ts";
import { ConfinedEvalIO } from "./confined-eval-io.ts";
import type { EvaluationJob, EvaluationMessage, PrintOutput } from "./evaluation-job.ts";
import { EvaluationState } from "./evaluation-state.ts";
import type { EvaluationWorkerData } from "./evaluation-thread.ts";
import { createFileParseIndex } from "./file-parse-index.ts";
import { keptHeapBytes } from "./kept-memory.ts";
import { createBridgeCaller } from "./sync-bridge.ts";
import { createThreadWatch } from "./thread-watch.ts";
import { plainDiagnostic, toDiagnostic, warningDiagnostic } from "./to-diagnostic.ts";

/** The evaluating thread: one evaluator for its whole life, one job after the other. */
const data = workerData as EvaluationWorkerData;
const { environment, experimentalFeatures: featureNames, maxHeapBytes, interruption, ...bridgeEnd } = data;
/** There only in a process of the evaluator's own. */
const { gc: collectGarbage } = globalThis as { readonly gc?: () => void };
const experimentalFeatures = new Set(featureNames);
const bridge = createBridgeCaller(bridgeEnd);
const state = new EvaluationState();

const systems: Readonly<Record<string, string>> = { x64: "x86_64-linux", arm64: "aarch64-linux" };

const files = createLocalEvalIO({ environment, homeDirectory: homedir(), copyToStore });
const local = new ConfinedEvalIO(files);
const fetch = (request: FetchRequest) => bridge.fetch(request);
const io = new StoreEvalIO({
  local,
  state,
  bridge,
  realise,
  fetchSearchPath: (entry) => fetchSearchPath(entry),
});
const places = new FetchPlaces({ io, access: () => state.fetchAccess, localPath: (path) => io.originOf(path).path });
const fetchSearchPath = createSearchPathFetcher({ places, fetch, known: () => state.searchPath, warn: warnOfFetching });
const addTree = createTreeAdder({ io, state, bridge });
const parseIndex = createFileParseIndex(join(defaultCacheDirectory(), "parsed"));

/** Pure evaluations know neither time nor system. */
function openEvaluator(isPure: boolean): Evaluator {
  return createEvaluator({
    io,
    builtins: [
      createDerivationStrict(state, experimentalFeatures),
      ...createPathBuiltins(addTree),
      ...createStoreBuiltins({ state, isValidPath, experimentalFeatures }),
      ...createFetchBuiltins({ places, fetch, isValidPath, experimentalFeatures }),
    ],
    settings: {
      currentSystem: isPure ? undefined : systems[process.arch],
      currentTime: isPure ? undefined : () => Math.floor(Date.now() / 1000),
      forbidsHomePaths: isPure,
      experimentalFeatures,
      abortOnWarn: ["1", "yes", "true"].includes(environment.NIX_ABORT_ON_WARN ?? ""),
    },
    watch: createThreadWatch({ interruption, maxHeapBytes, collectGarbage }),
    parseIndex,
    keeping: { hasRoom: hasRoomForValues, forgotten: (word) => state.forget(word) },
  });
}

const impureEvaluator = openEvaluator(false);
let pureEvaluator: Evaluator | undefined;

function evaluatorFor({ fetchAccess }: EvaluationJob): Evaluator {
  if (!fetchAccess?.isPure) return impureEvaluator;
  pureEvaluator ??= openEvaluator(true);
  return pureEvaluator;
}

function hasRoomForValues(): boolean {
  return !state.isLarge && getHeapStatistics().used_heap_size < keptHeapBytes(maxHeapBytes);
}

/** What is worth collecting when there is nothing to do. */
const largeHeapBytes = 128 * 2 ** 20;
const idleTimeMs = 1_000;
let idle: NodeJS.Timeout | undefined;

/** Gives memory back that the last evaluation has left, unless the next one comes soon. */
function freeWhenIdle(): void {
  idle = setTimeout(() => {
    if (getHeapStatistics().total_heap_size > largeHeapBytes) collectGarbage?.();
  }, idleTimeMs).unref();
}

/** Requests share values if they see the same files, may fetch the same and have the same lints. */
function keepUnder(job: EvaluationJob): string | undefined {
  const { keepValues = true, roots, fetchAccess, homeDirectory, lints } = job;
  return keepValues ? JSON.stringify([roots, fetchAccess, homeDirectory, lints]) : undefined;
}

function isValidPath(path: string): boolean {
  return state.sources.get(path) !== undefined || bridge.isValidPath(path);
}

function copyToStore(path: string, name = path.slice(path.lastIndexOf("/") + 1)): string {
  try {
    return addTree(path, { name }).storePath.absolute();
  } catch (error) {
    const isExpected = error instanceof FormatError || ServiceError.is(error);
    if (!isExpected && !(error instanceof Error && "syscall" in error)) throw error;
    throw new EvalIOError("other", path, error.message, { cause: error });
  }
}

function realise(context: readonly ContextElement[]): void {
  state.want(context);
  bridge.realise({ context, news: state.takeNews() });
}

function send(message: EvaluationMessage): void {
  parentPort?.postMessage(message);
}

function warnOfFetching(text: string): void {
  warn(warningCodes.fetch, text);
}

/** Takes a byte string. */
function warn(code: string, text: string): void {
  const message = Buffer.from(text, "latin1").toString("utf8");
  send({ kind: "warning", diagnostic: plainDiagnostic(code, message) });
}

function observe(event: EvaluationEvent): void {
  if (event.kind === "lint") {
    const message = decodeByteString(event.message);
    send({ kind: "warning", diagnostic: warningDiagnostic(warningCodes[event.warning], message, event.position) });
  } else if (event.kind === "trace") send({ kind: "trace", line: event.message });
  else warn(warningCodes.program, event.message);
}

function parsed(job: EvaluationJob): string {
  const evaluator = evaluatorFor(job);
  const { lints } = job;
  if (job.source.kind === "text") return `${evaluator.showParsed(job.source.text, job.baseDir, { lints, observe })}\n`;
  const { path } = job.source;
  const text = Buffer.from(io.readFile(path)).toString("latin1");
  const directory = path.slice(0, path.lastIndexOf("/")) || "/";
  return `${evaluator.showParsed(text, directory, { name: path, lints, observe })}\n`;
}

/** The text, with everything that it refers to in the news. */
function kept(text: NixString): string {
  state.want(contextElements(contextOf(text)));
  return textOf(text);
}

function print(evaluation: Evaluation, value: Lazy, output: PrintOutput): string {
  if (output.format === "repl") return `${evaluation.show(value, { deep: output.strict })}\n`;
  if (output.format === "type") return `${evaluation.type(value)}\n`;
  if (output.strict) evaluation.context.forceDeep(value);
  else evaluation.context.force(value);
  switch (output.format) {
    case "json":
      return `${kept(evaluation.json(value))}\n`;
    case "xml":
      return kept(evaluation.xml(value, { strict: output.strict, location: !output.noLocation }));
    case "raw":
      return kept(evaluation.raw(value));
    default:
      state.want(knownContext(value));
      return `${evaluation.print(value)}\n`;
  }
}

/** What is thrown outside the language: files that a request names, or what nobody has thought of. */
function codeOfFailure(error: unknown): string {
  if (error instanceof EvalIOError) return error.code === "forbidden" ? errorCodes.restricted : errorCodes.file;
  return failureCodes.internal;
}

function evaluate(job: EvaluationJob): void {
  const { source, output } = job;
  if (output.kind === "print" && output.format === "parse") {
    send({ kind: "value", attribute: "", text: parsed(job) });
    return;
  }
  const searchPath = job.searchPath.map(({ prefix, path }) => (prefix === "" ? path : `${prefix}=${path}`));
  const { lints, maxCallDepth } = job;
  const options = { searchPath, observe, keepUnder: keepUnder(job), lints, maxCallDepth };
  evaluatorFor(job).evaluate(options, (evaluation) => {
    state.enter();
    const root =
      source.kind === "file" ? evaluation.file(source.path) : evaluation.expression(source.text, job.baseDir);
    const args = new Map<string, Lazy>(
      job.arguments.map(({ name, kind, text }) => [
        name,
        kind === "string" ? text : evaluation.expression(text, job.baseDir),
      ]),
    );
    for (const attribute of job.attributes.length > 0 ? job.attributes : [""]) {
      const selected = evaluation.select(root, attribute, args);
      if (output.kind === "print") {
        // A function is printed as one unless there are arguments to call it with, as nix-instantiate --eval does.
        const value = args.size === 0 ? selected : evaluation.autoCall(selected, args);
        send({ kind: "value", attribute, text: print(evaluation, value, output) });
      } else
        for (const found of collectDerivations(evaluation, selected, args)) {
          send({ kind: "derivation", attribute, ...found });
          state.want([new ContextElement("derivation", found.drvPath)]);
        }
    }
  });
}

function reasonOfConfinement({ fetchAccess, hasMounts }: EvaluationJob): string {
  if (fetchAccess?.isPure) return " in pure eval mode";
  return hasMounts && !fetchAccess?.isRestricted ? ": it was not uploaded" : " in restricted mode";
}

function run(job: EvaluationJob): void {
  clearTimeout(idle);
  files.forget();
  local.confine(job.roots, reasonOfConfinement(job), job.homeDirectory);
  state.begin(keepUnder(job), job.fetchAccess);
  try {
    evaluate(job);
  } catch (error) {
    if (error instanceof EvaluationError) send({ kind: "failed", diagnostic: toDiagnostic(error, job.showTrace) });
    else {
      const message = error instanceof Error ? error.message : String(error);
      send({ kind: "failed", diagnostic: plainDiagnostic(codeOfFailure(error), message) });
    }
  }
  send({ kind: "finished", news: state.takeNews() });
  freeWhenIdle();
}

/** Warns of what looks wrong in the text or file itself. */
async function examineAndRun(job: EvaluationJob): Promise<void> {
  const { examineSource } = await import("./examine-source.ts");
  files.forget();
  local.confine(job.roots, reasonOfConfinement(job), job.homeDirectory);
  for (const diagnostic of examineSource(job, io)) send({ kind: "warning", diagnostic });
  run(job);
}

parentPort?.on("message", (job: EvaluationJob) => (job.examine ? void examineAndRun(job) : run(job)));
