import { decodeByteString } from "@tvix-mesh/eval/byte-string";
import type { BuildRequest, EvaluateRequest, Event, Expression } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { CallOptions } from "@tvix-mesh/service";
import { ServiceError } from "@tvix-mesh/service/service-error";
import { AsyncQueue } from "../async-queue.ts";
import type { EvaluationHost } from "../evaluation/evaluation-host.ts";
import type { EvaluationDiagnostic, EvaluationJob, EvaluationMessage } from "../evaluation/evaluation-job.ts";
import { EvaluationPool } from "../evaluation/evaluation-pool.ts";
import { EvaluationProcess } from "../evaluation/evaluation-process.ts";
import { defaultThreadLimits, EvaluationThread, type ThreadLimits } from "../evaluation/evaluation-thread.ts";
import { InlineEvaluation } from "../evaluation/inline-evaluation.ts";
import type { Mounts, OpenMounts } from "../evaluation/mounts.ts";
import { observeEvaluation } from "../evaluator-observer.ts";
import type { FetcherOptions } from "../fetchers/create-fetcher.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import { createLazyFetcher } from "../fetchers/lazy-fetcher.ts";
import type { MeshServices } from "../mesh-services.ts";
import type { RealiseEvent } from "../realise/realise-event.ts";
import { completeBuildRequest, completeEvaluateRequest, emptyExpression } from "./complete-request.ts";
import { toEvaluationJob, toOutput } from "./evaluation-request.ts";
import { type AccessRules, EvaluationRules } from "./evaluation-rules.ts";
import type { EvaluatorService } from "./evaluator-service.ts";
import { newEvent, ProgressCounter, toEvent, valueEvent } from "./events.ts";
import { Format } from "./message-enums.ts";
import { missingDiagnostic, reportLimit, reportProgramFailure, TimeLimitError } from "./reported-failure.ts";
import { SessionOpener } from "./session-opener.ts";

export interface LocalEvaluatorOptions {
  readonly services: MeshServices;
  /** What `builtins.getEnv` sees; nothing by default. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: EvaluationLimits;
  /** What evaluations may see and fetch; everything by default. Of files, requests that bring mounts see those alone. */
  readonly access?: AccessRules | undefined;
  /** Where mounts are kept as files; requests with mounts are refused without. */
  readonly mountDirectory?: string | undefined;
  /** How what lies elsewhere is fetched. */
  readonly fetching?: FetcherOptions | undefined;
  /**
   * Whether evaluations run in processes of their own. A program that exhausts the memory can end the process that it
   * runs in, so whoever serves others wants this; it costs a start of Node.js for each host.
   */
  readonly isolated?: boolean | undefined;
  /**
   * Evaluates in the caller's thread, which answers to nothing meanwhile, neither signals nor time limits: for a program
   * that evaluates and ends. The thread needs a stack of `stackSizeMb`.
   */
  readonly inline?: InlineOptions | undefined;
  /** Parts of the language and built-ins that Nix calls experimental, by its names for them; none by default. */
  readonly experimentalFeatures?: readonly string[] | undefined;
  /** Whether values of files are kept between evaluations, for as long as the files are unchanged; they are by default. */
  readonly keepValues?: boolean | undefined;
}

export interface InlineOptions {
  /** Told of values, traces and warnings when they come, in place of the stream, which nobody can read before the end. */
  observe(event: Event): void;
}

/** What one request may use. */
export interface EvaluationLimits extends Partial<ThreadLimits> {
  /** How many evaluate side by side. */
  readonly threads?: number | undefined;
  /** How long an evaluation may take, builds that it imports from included. */
  readonly evaluationTimeoutMs?: number | undefined;
  /** How many calls may be open at once; as many as in Nix by default. */
  readonly maxCallDepth?: number | undefined;
}

const defaultMaxCallDepth = 10_000;
const mountCacheBytes = 10 * 1024 ** 3;

type Target = Extract<EvaluationMessage, { readonly kind: "derivation" }>;
type Emit = (event: Event) => void;

/** Evaluates in warm threads of this process. Builds of all requests run side by side. */
class LocalEvaluator implements EvaluatorService, AsyncDisposable {
  readonly #services: MeshServices;
  readonly #pool: EvaluationPool;
  readonly #evaluationTimeoutMs: number | undefined;
  readonly #maxCallDepth: number;
  readonly #rules: EvaluationRules;
  readonly #mountDirectory: string | undefined;
  #mounts: Promise<Mounts> | undefined;
  readonly #fetcher: Fetcher;
  readonly #keepValues: boolean | undefined;
  readonly #inline: InlineOptions | undefined;

  constructor({
    services,
    environment = {},
    limits = {},
    access = {},
    mountDirectory,
    fetching,
    experimentalFeatures,
    isolated = false,
    inline,
    keepValues,
  }: LocalEvaluatorOptions) {
    this.#services = services;
    this.#fetcher = createLazyFetcher(services, fetching);
    this.#keepValues = keepValues;
    this.#inline = inline;
    this.#evaluationTimeoutMs = limits.evaluationTimeoutMs;
    this.#maxCallDepth = limits.maxCallDepth ?? defaultMaxCallDepth;
    this.#rules = new EvaluationRules(access);
    this.#mountDirectory = mountDirectory;
    const { stackSizeMb, maxOldGenerationSizeMb } = { ...defaultThreadLimits, ...limits };
    const host = { environment, limits: { stackSizeMb, maxOldGenerationSizeMb }, experimentalFeatures };
    const createHost = () => {
      if (inline !== undefined) return new InlineEvaluation(host);
      return isolated ? new EvaluationProcess(host) : new EvaluationThread(host);
    };
    this.#pool = new EvaluationPool({ size: limits.threads ?? 1, createHost });
  }

  evaluate(request: Parameters<EvaluatorService["evaluate"]>[0], options?: CallOptions): AsyncIterable<Event> {
    return stream(options, async (emit, signal) =>
      this.#evaluate(await completeEvaluateRequest(request), emit, { signal }),
    );
  }

  build(request: Parameters<EvaluatorService["build"]>[0], options?: CallOptions): AsyncIterable<Event> {
    return stream(options, async (emit, signal) => this.#build(await completeBuildRequest(request), emit, { signal }));
  }

  async #evaluate(request: EvaluateRequest, emit: Emit, options: CallOptions): Promise<void> {
    using mounts = await this.#openMounts(request.expression, options);
    const job = { ...this.#toJob(request, toOutput(request), mounts), readOnly: request.readOnly };
    const session = this.#openSession(emit);
    const targets = await this.#run(job, session, emit, options);
    if (request.format === Format.DERIVATIONS)
      for (const { attribute, drvPath } of targets) emit(valueEvent(attribute, Buffer.from(`${drvPath}\n`)));
    if (request.readOnly) return;
    if (session.hasSources) await (await session.open()).uploads.ensureAll(options);
    const drvPaths = targets.map(({ drvPath }) => drvPath);
    if (drvPaths.length > 0) await (await session.open()).uploads.ensure(drvPaths, options);
  }

  async #build(request: BuildRequest, emit: Emit, options: CallOptions): Promise<void> {
    using mounts = await this.#openMounts(request.expression, options);
    const job = this.#toJob(request, { kind: "derivations" }, mounts);
    const opener = this.#openSession(emit);
    const targets = await this.#run(job, opener, emit, options);
    const session = await opener.open();
    session.expect(targets.map(({ drvPath }) => drvPath));
    // Every target is finished before the first failure is told, so that what can be built is.
    const realised = targets.map(({ drvPath }) => session.realiser.realise(drvPath, options));
    await Promise.allSettled(realised);
    for (const [index, target] of targets.entries()) {
      await realised[index];
      emit(builtOutputs(target));
    }
  }

  #toJob(
    { expression = emptyExpression, showTrace }: EvaluateRequest | BuildRequest,
    output: EvaluationJob["output"],
    mounts: OpenMounts | undefined,
  ): EvaluationJob {
    const job = toEvaluationJob(expression, output, showTrace);
    return {
      ...job,
      ...this.#rules.apply(job.searchPath, expression.access, mounts?.roots),
      hasMounts: mounts !== undefined,
      maxCallDepth: shorter(this.#maxCallDepth, expression.limits?.callDepth),
      timeoutMs: shorter(this.#evaluationTimeoutMs, expression.limits?.timeMs),
      keepValues: this.#keepValues,
    };
  }

  async #openMounts(expression: Expression | undefined, options: CallOptions): Promise<OpenMounts | undefined> {
    if (!expression || (expression.mounts.length === 0 && !expression.onlyMounts)) return undefined;
    const directory = this.#mountDirectory;
    if (directory === undefined)
      throw new ServiceError("unimplemented", "Cannot mount: this evaluator has no directory for it");
    this.#mounts ??= import("../evaluation/mounts.ts").then(
      ({ Mounts: Opened }) => new Opened({ services: this.#services, directory, maxSizeBytes: mountCacheBytes }),
    );
    return await (await this.#mounts).open(expression.mounts, options);
  }

  #openSession(emit: Emit): SessionOpener {
    const progress = new ProgressCounter();
    const observe = (event: RealiseEvent) => emit(progress.toEvent(event));
    return new SessionOpener({ services: this.#services, fetcher: this.#fetcher, observe, progress });
  }

  /** Evaluates, tells what there is to tell, and answers the derivations that were asked for. */
  async #run(job: EvaluationJob, session: SessionOpener, emit: Emit, options: CallOptions): Promise<readonly Target[]> {
    const targets: Target[] = [];
    let failure: EvaluationDiagnostic | undefined;
    const receive = (message: EvaluationMessage) => {
      if (message.kind === "derivation") targets.push(message);
      else if (message.kind === "finished") session.learn(message.news);
      else if (message.kind === "failed") failure = message.diagnostic;
      else {
        const event = toEvent(message);
        if (event === undefined) return;
        if (this.#inline !== undefined) this.#inline.observe(event);
        else emit(event);
      }
    };
    const name = job.source.kind === "file" ? job.source.path : "(string)";
    const runOn = (host: EvaluationHost) =>
      withTimeout(job.timeoutMs, options, (limited) =>
        host.run(job, () => session.openHandlers(limited), receive, limited),
      );
    try {
      await observeEvaluation(name, () => this.#pool.run(runOn, options));
    } catch (error) {
      if (options.signal?.aborted || !ServiceError.is(error) || error.code !== "resource-exhausted") throw error;
      throw reportLimit(error, failure, emit);
    }
    if (failure !== undefined) throw reportProgramFailure(name, failure, emit);
    return targets;
  }

  /** Starts a thread before the first request needs it. */
  warmUp(): void {
    this.#pool.warmUp();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool[Symbol.asyncDispose]();
    await this.#fetcher[Symbol.asyncDispose]();
  }
}

/** The smaller of the evaluator's limit and the one that a request asks for, where 0 and undefined are none. */
function shorter<Limit extends number | undefined>(own: Limit, asked: number | undefined): Limit | number {
  return asked ? Math.min(asked, own ?? asked) : own;
}

/** Aborts `work` when it takes too long. */
async function withTimeout(
  timeoutMs: number | undefined,
  options: CallOptions,
  work: (options: CallOptions) => Promise<void>,
): Promise<void> {
  if (timeoutMs === undefined) return await work(options);
  const timedOut = new AbortController();
  const timer = setTimeout(() => timedOut.abort(new TimeLimitError(timeoutMs)), timeoutMs);
  try {
    await work({ signal: options.signal ? AbortSignal.any([options.signal, timedOut.signal]) : timedOut.signal });
  } finally {
    clearTimeout(timer);
  }
}

function builtOutputs({ attribute, drvPath, outputs }: Target): Event {
  const value = {
    $typeName: "mesh.eval.v1.BuiltOutputs" as const,
    attribute: decodeByteString(attribute),
    derivationPath: drvPath,
    outputs: outputs.map(({ name, path }) => ({
      $typeName: "mesh.eval.v1.BuiltOutputs.Output" as const,
      name: decodeByteString(name),
      storePath: path,
    })),
  };
  return newEvent({ case: "builtOutputs", value });
}

/** The events that `work` emits. Abandoning the iteration aborts the work; its failure ends with a diagnostic. */
async function* stream(
  options: CallOptions | undefined,
  work: (emit: Emit, signal: AbortSignal) => Promise<void>,
): AsyncGenerator<Event, void, undefined> {
  const queue = new AsyncQueue<Event>();
  const abandoned = new AbortController();
  const signal = options?.signal ? AbortSignal.any([options.signal, abandoned.signal]) : abandoned.signal;
  const running = work((event) => queue.push(event), signal).then(
    () => queue.end(),
    (error: unknown) => {
      const diagnostic = missingDiagnostic(error);
      if (diagnostic) queue.push(diagnostic);
      queue.end({ error });
    },
  );
  try {
    yield* queue;
  } finally {
    abandoned.abort(new ServiceError("cancelled", "Cannot go on: nobody listens any more"));
    await running;
  }
}

export type DisposableEvaluator = EvaluatorService & AsyncDisposable & { warmUp(): void };

/** An evaluator in this process, on services wherever they are. */
export function createLocalEvaluator(options: LocalEvaluatorOptions): DisposableEvaluator {
  return new LocalEvaluator(options);
}
