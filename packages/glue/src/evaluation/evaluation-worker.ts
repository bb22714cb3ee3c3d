import { homedir } from "node:os";
import process from "node:process";
import { getHeapStatistics } from "node:v8";
import { parentPort, resourceLimits, workerData } from "node:worker_threads";
import {
  ContextElement,
  contextElements,
  contextOf,
  createEvaluator,
  createLocalEvalIO,
  EvalIOError,
  type Evaluation,
  EvaluationError,
  knownContext,
  type Lazy,
  type NixString,
  textOf,
} from "@tvix-mesh/eval";
import { FormatError } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service/service-error";
import { createDerivationStrict } from "../builtins/derivation-strict.ts";
import { createFetchBuiltins } from "../builtins/fetch-builtins.ts";
import { createPathBuiltins } from "../builtins/path-builtins.ts";
import { createSearchPathFetcher } from "../builtins/search-path-fetcher.ts";
import { createStoreBuiltins } from "../builtins/store-builtins.ts";
import { FetchPlaces } from "../fetchers/fetch-places.ts";
import type { FetchRequest } from "../fetchers/fetcher.ts";
import { createTreeAdder } from "../sources/tree-adder.ts";
import { StoreEvalIO } from "../store-eval-io.ts";
import { collectDerivations } from "./collect-derivations.ts";
import { ConfinedEvalIO } from "./confined-eval-io.ts";
import type {
  EvaluationDiagnostic,
  EvaluationJob,
  EvaluationMessage,
  EvaluationPosition,
  PrintOutput,
} from "./evaluation-job.ts";
import { EvaluationState } from "./evaluation-state.ts";
import type { EvaluationWorkerData } from "./evaluation-thread.ts";
import { createBridgeCaller } from "./sync-bridge.ts";

/** The evaluating thread: one evaluator for its whole life, one job after the other. */
const { environment, experimentalFeatures: featureNames, ...bridgeEnd } = workerData as EvaluationWorkerData;
const experimentalFeatures = new Set(featureNames);
const bridge = createBridgeCaller(bridgeEnd);
const state = new EvaluationState();

const maxKeptHeapMb = 768;
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
const fetchSearchPath = createSearchPathFetcher({ places, fetch, known: () => state.searchPath, warn });
const addTree = createTreeAdder({ io, state, bridge });
const evaluator = createEvaluator({
  io,
  builtins: [
    createDerivationStrict(state, experimentalFeatures),
    ...createPathBuiltins(addTree),
    ...createStoreBuiltins({ state, isValidPath, experimentalFeatures }),
    ...createFetchBuiltins({ places, fetch, isValidPath, experimentalFeatures }),
  ],
  settings: {
    currentSystem: systems[process.arch],
    currentTime: () => Math.floor(Date.now() / 1000),
    experimentalFeatures,
    abortOnWarn: ["1", "yes", "true"].includes(environment.NIX_ABORT_ON_WARN ?? ""),
  },
  keeping: { hasRoom: hasRoomForValues, forgotten: (word) => state.forget(word) },
});

/** Values are forgotten at half of what the thread may use at most, and long before that if they are large. */
function hasRoomForValues(): boolean {
  const { maxOldGenerationSizeMb = maxKeptHeapMb } = resourceLimits;
  const limitMb = Math.min(maxKeptHeapMb, maxOldGenerationSizeMb / 2);
  return !state.isLarge && getHeapStatistics().used_heap_size < limitMb * 2 ** 20;
}

/** Requests share values if they see the same files and may fetch the same. */
function keepUnder({ keepValues = true, roots, fetchAccess }: EvaluationJob): string | undefined {
  return keepValues ? JSON.stringify([roots, fetchAccess]) : undefined;
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

/** Takes a byte string. */
function warn(text: string): void {
  const message = Buffer.from(text, "latin1").toString("utf8");
  send({ kind: "warning", diagnostic: { code: "", message, position: undefined, suggestions: [], frames: [] } });
}

function toPosition(position: EvaluationError["position"]): EvaluationPosition | undefined {
  return (
    position && { file: position.file, line: position.line, column: position.column, sourceLine: position.lineText }
  );
}

function toDiagnostic(error: EvaluationError, showTrace: boolean): EvaluationDiagnostic {
  const frames = showTrace
    ? error.frames.map(({ text, position }) => ({ message: text, position: toPosition(position) }))
    : [];
  return {
    code: "",
    message: error.message,
    position: toPosition(error.position),
    suggestions: error.suggestions,
    frames,
  };
}

function parsed(job: EvaluationJob): string {
  if (job.source.kind === "text") return `${evaluator.showParsed(job.source.text, job.baseDir)}\n`;
  const { path } = job.source;
  const text = Buffer.from(io.readFile(path)).toString("latin1");
  return `${evaluator.showParsed(text, path.slice(0, path.lastIndexOf("/")) || "/", path)}\n`;
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

function evaluate(job: EvaluationJob): void {
  const { source, output } = job;
  if (output.kind === "print" && output.format === "parse") {
    send({ kind: "value", attribute: "", text: parsed(job) });
    return;
  }
  const searchPath = job.searchPath.map(({ prefix, path }) => (prefix === "" ? path : `${prefix}=${path}`));
  const observe = (event: { readonly kind: "warning" | "trace"; readonly message: string }) => {
    if (event.kind === "trace") send({ kind: "trace", line: event.message });
    else warn(event.message);
  };
  evaluator.evaluate({ searchPath, observe, keepUnder: keepUnder(job) }, (evaluation) => {
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

function run(job: EvaluationJob): void {
  files.forget();
  local.confine(job.roots);
  state.begin(keepUnder(job), job.fetchAccess);
  try {
    evaluate(job);
  } catch (error) {
    if (error instanceof EvaluationError) send({ kind: "failed", diagnostic: toDiagnostic(error, job.showTrace) });
    else {
      const message = error instanceof Error ? error.message : String(error);
      send({ kind: "failed", diagnostic: { code: "", message, position: undefined, suggestions: [], frames: [] } });
    }
  }
  send({ kind: "finished", news: state.takeNews() });
}

parentPort?.on("message", run);
