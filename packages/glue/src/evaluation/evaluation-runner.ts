import { getHeapStatistics } from "node:v8";
import {
  ContextElement,
  contextElements,
  contextOf,
  decodeByteString,
  EvalIOError,
  type Evaluation,
  EvaluationError,
  type EvaluationEvent,
  knownContext,
  type Lazy,
  type NixString,
  textOf,
} from "@tvix-mesh/eval";
import { errorCodes, failureCodes, warningCodes } from "@tvix-mesh/eval/diagnostic-codes";
import type { BridgeMethods } from "./bridge-methods.ts";
import { collectDerivations } from "./collect-derivations.ts";
import type { EvaluationJob, EvaluationMessage, PrintOutput } from "./evaluation-job.ts";
import { EvaluationState } from "./evaluation-state.ts";
import { createEvaluatorSet, type EvaluatorSet } from "./evaluator-set.ts";
import { keptHeapBytes } from "./kept-memory.ts";
import { createThreadWatch, type ThreadWatchOptions } from "./thread-watch.ts";
import { plainDiagnostic, toDiagnostic, warningDiagnostic } from "./to-diagnostic.ts";

export interface EvaluationRunnerOptions extends ThreadWatchOptions {
  /** What `builtins.getEnv` sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly experimentalFeatures: readonly string[];
  readonly bridge: BridgeMethods;
  readonly send: (message: EvaluationMessage) => void;
}

/** Requests share values if they see the same files, may fetch the same and have the same lints. */
function keepUnder(job: EvaluationJob): string | undefined {
  const { keepValues = true, roots, fetchAccess, homeDirectory, lints } = job;
  return keepValues ? JSON.stringify([roots, fetchAccess, homeDirectory, lints]) : undefined;
}

/** What is thrown outside the language: files that a request names, or what nobody has thought of. */
function codeOfFailure(error: unknown): string {
  if (error instanceof EvalIOError) return error.code === "forbidden" ? errorCodes.restricted : errorCodes.file;
  return failureCodes.internal;
}

/** Evaluates in the thread that calls it: one evaluator for its whole life, one job after the other. */
export class EvaluationRunner {
  readonly #state = new EvaluationState();
  readonly #evaluators: EvaluatorSet;
  readonly #send: (message: EvaluationMessage) => void;
  readonly #observe = (event: EvaluationEvent): void => {
    if (event.kind === "lint") {
      const message = decodeByteString(event.message);
      const diagnostic = warningDiagnostic(warningCodes[event.warning], message, event.position);
      this.#send({ kind: "warning", diagnostic });
    } else if (event.kind === "trace") this.#send({ kind: "trace", line: event.message });
    else this.#warn(warningCodes.program, event.message);
  };

  constructor(options: EvaluationRunnerOptions) {
    const { environment, experimentalFeatures, bridge, send, maxHeapBytes } = options;
    const state = this.#state;
    this.#send = send;
    this.#evaluators = createEvaluatorSet({
      environment,
      experimentalFeatures,
      state,
      bridge,
      watch: createThreadWatch(options),
      hasRoomForValues: () => !state.isLarge && getHeapStatistics().used_heap_size < keptHeapBytes(maxHeapBytes),
      warnOfFetching: (text) => this.#warn(warningCodes.fetch, text),
    });
  }

  /** Tells what comes of a job, with `finished` at its end; never throws. Resolves, if it has to wait, when it is over. */
  run(job: EvaluationJob): Promise<void> | undefined {
    if (job.examine) return this.#examineAndRun(job);
    this.#run(job);
    return undefined;
  }

  /** Warns of what looks wrong in the text or file itself. */
  async #examineAndRun(job: EvaluationJob): Promise<void> {
    const { examineSource } = await import("./examine-source.ts");
    this.#evaluators.confine(job);
    for (const diagnostic of examineSource(job, this.#evaluators.io)) this.#send({ kind: "warning", diagnostic });
    this.#run(job);
  }

  #run(job: EvaluationJob): void {
    this.#evaluators.confine(job);
    this.#state.begin(keepUnder(job), job.fetchAccess, job.readOnly);
    try {
      this.#evaluate(job);
    } catch (error) {
      this.#send({ kind: "failed", diagnostic: this.#diagnose(error, job) });
    }
    this.#send({ kind: "finished", news: this.#state.takeNews() });
  }

  #diagnose(error: unknown, { showTrace }: EvaluationJob) {
    if (error instanceof EvaluationError) return toDiagnostic(error, showTrace);
    const message = error instanceof Error ? error.message : String(error);
    return plainDiagnostic(codeOfFailure(error), message);
  }

  /** Takes a byte string. */
  #warn(code: string, text: string): void {
    this.#send({ kind: "warning", diagnostic: plainDiagnostic(code, decodeByteString(text)) });
  }

  #evaluate(job: EvaluationJob): void {
    const { source, output } = job;
    if (output.kind === "print" && output.format === "parse") {
      this.#send({ kind: "value", attribute: "", text: this.#parsed(job) });
      return;
    }
    const searchPath = job.searchPath.map(({ prefix, path }) => (prefix === "" ? path : `${prefix}=${path}`));
    const { lints, maxCallDepth } = job;
    const options = { searchPath, observe: this.#observe, keepUnder: keepUnder(job), lints, maxCallDepth };
    this.#evaluators.evaluatorFor(job).evaluate(options, (evaluation) => {
      this.#state.enter();
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
          this.#send({ kind: "value", attribute, text: this.#print(evaluation, value, output) });
        } else
          for (const found of collectDerivations(evaluation, selected, args)) {
            this.#send({ kind: "derivation", attribute, ...found });
            this.#state.want([new ContextElement("derivation", found.drvPath)]);
          }
      }
    });
  }

  #parsed(job: EvaluationJob): string {
    const evaluator = this.#evaluators.evaluatorFor(job);
    const { lints } = job;
    const observe = this.#observe;
    if (job.source.kind === "text")
      return `${evaluator.showParsed(job.source.text, job.baseDir, { lints, observe })}\n`;
    const { path } = job.source;
    const text = Buffer.from(this.#evaluators.io.readFile(path)).toString("latin1");
    const directory = path.slice(0, path.lastIndexOf("/")) || "/";
    return `${evaluator.showParsed(text, directory, { name: path, lints, observe })}\n`;
  }

  #print(evaluation: Evaluation, value: Lazy, output: PrintOutput): string {
    if (output.format === "repl") return `${evaluation.show(value, { deep: output.strict })}\n`;
    if (output.format === "type") return `${evaluation.type(value)}\n`;
    if (output.strict) evaluation.context.forceDeep(value);
    else evaluation.context.force(value);
    switch (output.format) {
      case "json":
        return `${this.#kept(evaluation.json(value))}\n`;
      case "xml":
        return this.#kept(evaluation.xml(value, { strict: output.strict, location: !output.noLocation }));
      case "raw":
        return this.#kept(evaluation.raw(value));
      default:
        this.#state.want(knownContext(value));
        return `${evaluation.print(value)}\n`;
    }
  }

  /** The text, with everything that it refers to in the news. */
  #kept(text: NixString): string {
    this.#state.want(contextElements(contextOf(text)));
    return textOf(text);
  }
}
