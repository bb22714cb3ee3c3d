import { resolve } from "node:path";
import { create } from "@bufbuild/protobuf";
import { decodeByteString, encodeByteString } from "@tvix-mesh/eval/byte-string";
import {
  type BuildRequest,
  BuildRequestSchema,
  type EvaluateRequest,
  EvaluateRequestSchema,
  type Event,
  EventSchema,
  type Expression,
  EvaluateRequest_Format as Format,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { CallOptions } from "@tvix-mesh/service";
import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service/service-error";
import { AsyncQueue } from "../async-queue.ts";
import type { VisibleRoot } from "../evaluation/confined-eval-io.ts";
import type { EvaluationJob, EvaluationMessage } from "../evaluation/evaluation-job.ts";
import { EvaluationPool } from "../evaluation/evaluation-pool.ts";
import { EvaluationProcess } from "../evaluation/evaluation-process.ts";
import { defaultThreadLimits, EvaluationThread, type ThreadLimits } from "../evaluation/evaluation-thread.ts";
import type { Mounts, OpenMounts } from "../evaluation/mounts.ts";
import { observeEvaluation } from "../evaluator-observer.ts";
import type { FetcherOptions } from "../fetchers/create-fetcher.ts";
import type { FetchAccess } from "../fetchers/fetch-access.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import { createLazyFetcher } from "../fetchers/lazy-fetcher.ts";
import type { MeshServices } from "../mesh-services.ts";
import type { RealiseEvent } from "../realise/realise-event.ts";
import { toEvaluationJob, toOutput } from "./evaluation-request.ts";
import type { EvaluatorService } from "./evaluator-service.ts";
import { failureEvent, ProgressCounter, toEvent } from "./events.ts";
import { SessionOpener } from "./session-opener.ts";

export interface LocalEvaluatorOptions {
  readonly services: MeshServices;
  /** What `builtins.getEnv` sees; nothing by default. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: EvaluationLimits;
  /** What evaluations may see of files; everything by default. Requests that bring mounts see those alone. */
  readonly allowedPaths?: readonly string[] | undefined;
  /** Where mounts are kept as files; requests with mounts are refused without. */
  readonly mountDirectory?: string | undefined;
  /** How what lies elsewhere is fetched. */
  readonly fetching?: FetcherOptions | undefined;
  /** What evaluations may fetch; everything by default. */
  readonly fetchRules?: FetchRules | undefined;
  /**
   * Whether evaluations run in processes of their own. A program that exhausts the memory can end the process that it
   * runs in, so whoever serves others wants this; it costs a start of Node.js for each host.
   */
  readonly isolated?: boolean | undefined;
  /** Parts of the language and built-ins that Nix calls experimental, by its names for them; none by default. */
  readonly experimentalFeatures?: readonly string[] | undefined;
  /** Whether values of files are kept between evaluations, for as long as the files are unchanged; they are by default. */
  readonly keepValues?: boolean | undefined;
}

/** As Nix's settings `pure-eval`, `restrict-eval` and `allowed-uris`, as far as fetchers heed them. */
export interface FetchRules {
  readonly isPure?: boolean;
  /** Then only these URIs are fetched from, and of this machine's files those below the search path. */
  readonly allowedUris?: readonly string[] | undefined;
}

/** What one request may use. */
export interface EvaluationLimits extends Partial<ThreadLimits> {
  /** How many evaluate side by side. */
  readonly threads?: number | undefined;
  /** How long an evaluation may take, builds that it imports from included. */
  readonly evaluationTimeoutMs?: number | undefined;
}

const mountCacheBytes = 10 * 1024 ** 3;

type Target = Extract<EvaluationMessage, { readonly kind: "derivation" }>;
type Emit = (event: Event) => void;

/** Evaluates in warm threads of this process. Builds of all requests run side by side. */
class LocalEvaluator implements EvaluatorService, AsyncDisposable {
  readonly #services: MeshServices;
  readonly #pool: EvaluationPool;
  readonly #evaluationTimeoutMs: number | undefined;
  readonly #allowedRoots: readonly VisibleRoot[] | undefined;
  readonly #mountDirectory: string | undefined;
  #mounts: Promise<Mounts> | undefined;
  readonly #fetcher: Fetcher;
  readonly #fetchRules: FetchRules;
  readonly #keepValues: boolean | undefined;

  constructor({
    services,
    environment = {},
    limits = {},
    allowedPaths,
    mountDirectory,
    fetching,
    fetchRules = {},
    experimentalFeatures,
    isolated = false,
    keepValues,
  }: LocalEvaluatorOptions) {
    this.#services = services;
    this.#fetcher = createLazyFetcher(services, fetching);
    this.#fetchRules = fetchRules;
    this.#keepValues = keepValues;
    this.#evaluationTimeoutMs = limits.evaluationTimeoutMs;
    this.#allowedRoots = allowedPaths?.map(toRoot);
    this.#mountDirectory = mountDirectory;
    const { stackSizeMb, maxOldGenerationSizeMb } = { ...defaultThreadLimits, ...limits };
    const host = { environment, limits: { stackSizeMb, maxOldGenerationSizeMb }, experimentalFeatures };
    this.#pool = new EvaluationPool({
      size: limits.threads ?? 1,
      createHost: () => (isolated ? new EvaluationProcess(host) : new EvaluationThread(host)),
    });
  }

  evaluate(request: Parameters<EvaluatorService["evaluate"]>[0], options?: CallOptions): AsyncIterable<Event> {
    const message = create(EvaluateRequestSchema, request);
    return stream(options, (emit, signal) => this.#evaluate(message, emit, { signal }));
  }

  build(request: Parameters<EvaluatorService["build"]>[0], options?: CallOptions): AsyncIterable<Event> {
    const message = create(BuildRequestSchema, request);
    return stream(options, (emit, signal) => this.#build(message, emit, { signal }));
  }

  async #evaluate(request: EvaluateRequest, emit: Emit, options: CallOptions): Promise<void> {
    using mounts = await this.#openMounts(request.expression, options);
    const job = toEvaluationJob(
      request.expression,
      toOutput(request),
      request.showTrace,
      mounts?.roots ?? this.#allowedRoots,
    );
    const session = this.#openSession(emit);
    const targets = await this.#run(job, session, emit, options);
    if (request.format === Format.DERIVATIONS)
      for (const { attribute, drvPath } of targets) {
        const value = { attribute: decodeByteString(attribute), text: Buffer.from(`${drvPath}\n`) };
        emit(create(EventSchema, { event: { case: "value", value } }));
      }
    if (!request.readOnly && session.hasSources) await (await session.open()).uploads.ensureAll(options);
  }

  async #build(request: BuildRequest, emit: Emit, options: CallOptions): Promise<void> {
    using mounts = await this.#openMounts(request.expression, options);
    const roots = mounts?.roots ?? this.#allowedRoots;
    const job = toEvaluationJob(request.expression, { kind: "derivations" }, request.showTrace, roots);
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

  async #openMounts(expression: Expression | undefined, options: CallOptions): Promise<OpenMounts | undefined> {
    if (!expression || expression.mounts.length === 0) return undefined;
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
    let failure: string | undefined;
    const receive = (message: EvaluationMessage) => {
      if (message.kind === "derivation") targets.push(message);
      else if (message.kind === "finished") session.learn(message.news);
      else if (message.kind === "failed") failure = message.diagnostic.message;
      const event = toEvent(message);
      if (event) emit(event);
    };
    const ruled = { ...job, fetchAccess: toFetchAccess(this.#fetchRules, job), keepValues: this.#keepValues };
    const openHandlers = () => session.openHandlers(options);
    const name = job.source.kind === "file" ? job.source.path : "(string)";
    await withTimeout(this.#evaluationTimeoutMs, options, (limited) =>
      observeEvaluation(name, () => this.#pool.run(ruled, openHandlers, receive, limited)),
    );
    if (failure !== undefined) throw new ReportedFailure(`Cannot evaluate ${name}: ${failure}`);
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

function toFetchAccess({ isPure = false, allowedUris }: FetchRules, { searchPath }: EvaluationJob): FetchAccess {
  const allowed = [...(allowedUris ?? []).map(encodeByteString), ...searchPath.map(({ path }) => path)];
  return {
    isPure,
    isRestricted: allowedUris !== undefined,
    allowedUris: allowed.filter((uri) => !uri.startsWith("/")),
    readablePaths: allowed.filter((path) => path.startsWith("/")),
  };
}

function toRoot(path: string): VisibleRoot {
  const absolute = encodeByteString(resolve(path));
  return { path: absolute, localPath: absolute, isImmutable: false };
}

/** Aborts `work` when it takes too long. Waiting for one's turn counts too. */
async function withTimeout(
  timeoutMs: number | undefined,
  options: CallOptions,
  work: (options: CallOptions) => Promise<void>,
): Promise<void> {
  if (timeoutMs === undefined) return await work(options);
  const timedOut = new AbortController();
  const reason = `Cannot evaluate: it takes longer than ${timeoutMs / 1000} s`;
  const timer = setTimeout(() => timedOut.abort(new ServiceError("resource-exhausted", reason)), timeoutMs);
  try {
    await work({ signal: options.signal ? AbortSignal.any([options.signal, timedOut.signal]) : timedOut.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Failures that are the program's: they come with a diagnostic. */
const diagnosedCodes: ReadonlySet<string> = new Set<ServiceErrorCode>(["failed-precondition", "resource-exhausted"]);

/** A failure whose diagnostic has been sent already. */
class ReportedFailure extends ServiceError {
  constructor(message: string) {
    super("failed-precondition", message);
  }
}

function builtOutputs({ attribute, drvPath, outputs }: Target): Event {
  const value = {
    attribute: decodeByteString(attribute),
    derivationPath: drvPath,
    outputs: outputs.map(({ name, path }) => ({ name: decodeByteString(name), storePath: path })),
  };
  return create(EventSchema, { event: { case: "builtOutputs", value } });
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
      if (ServiceError.is(error) && diagnosedCodes.has(error.code) && !(error instanceof ReportedFailure))
        queue.push(failureEvent(error.message));
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
