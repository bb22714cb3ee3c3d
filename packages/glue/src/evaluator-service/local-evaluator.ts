import { create } from "@bufbuild/protobuf";
import { decodeByteString } from "@tvix-mesh/eval";
import {
  type BuildRequest,
  BuildRequestSchema,
  type EvaluateRequest,
  EvaluateRequestSchema,
  type Event,
  EventSchema,
  EvaluateRequest_Format as Format,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import pLimit from "p-limit";
import { AsyncQueue } from "../async-queue.ts";
import type { EvaluationJob, EvaluationMessage } from "../evaluation/evaluation-job.ts";
import { EvaluationThread, type ThreadLimits } from "../evaluation/evaluation-thread.ts";
import { createStoreHandlers } from "../evaluation/store-handlers.ts";
import { observeEvaluation } from "../evaluator-observer.ts";
import type { MeshServices } from "../mesh-services.ts";
import { toEvaluationJob, toOutput } from "./evaluation-request.ts";
import { EvaluationSession } from "./evaluation-session.ts";
import type { EvaluatorService } from "./evaluator-service.ts";
import { failureEvent, ProgressCounter, toEvent } from "./events.ts";

export interface LocalEvaluatorOptions {
  readonly services: MeshServices;
  /** What `builtins.getEnv` sees; nothing by default. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly limits?: ThreadLimits;
}

type Target = Extract<EvaluationMessage, { readonly kind: "derivation" }>;
type Emit = (event: Event) => void;

/** Evaluates in a warm thread of this process; requests wait for each other, their builds run side by side. */
class LocalEvaluator implements EvaluatorService, AsyncDisposable {
  readonly #services: MeshServices;
  readonly #thread: EvaluationThread;
  readonly #oneAtATime = pLimit(1);

  constructor(options: LocalEvaluatorOptions) {
    this.#services = options.services;
    this.#thread = new EvaluationThread({ environment: options.environment ?? {}, limits: options.limits });
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
    const job = toEvaluationJob(request.expression, toOutput(request), request.showTrace);
    const session = this.#openSession(emit);
    const targets = await this.#run(job, session, emit, options);
    if (request.format === Format.DERIVATIONS)
      for (const { attribute, drvPath } of targets) {
        const value = { attribute: decodeByteString(attribute), text: Buffer.from(`${drvPath}\n`) };
        emit(create(EventSchema, { event: { case: "value", value } }));
      }
    if (!request.readOnly && request.format !== Format.PARSE) await session.uploads.ensureAll(options);
  }

  async #build(request: BuildRequest, emit: Emit, options: CallOptions): Promise<void> {
    const job = toEvaluationJob(request.expression, { kind: "derivations" }, request.showTrace);
    const session = this.#openSession(emit);
    const targets = await this.#run(job, session, emit, options);
    session.expect(targets.map(({ drvPath }) => drvPath));
    // Every target is finished before the first failure is told, so that what can be built is.
    const realised = targets.map(({ drvPath }) => session.realiser.realise(drvPath, options));
    await Promise.allSettled(realised);
    for (const [index, target] of targets.entries()) {
      await realised[index];
      emit(builtOutputs(target));
    }
  }

  #openSession(emit: Emit): EvaluationSession {
    const progress = new ProgressCounter();
    return new EvaluationSession(this.#services, (event) => emit(progress.toEvent(event)), progress);
  }

  /** Evaluates, tells what there is to tell, and answers the derivations that were asked for. */
  async #run(
    job: EvaluationJob,
    session: EvaluationSession,
    emit: Emit,
    options: CallOptions,
  ): Promise<readonly Target[]> {
    const targets: Target[] = [];
    let failure: string | undefined;
    const receive = (message: EvaluationMessage) => {
      if (message.kind === "derivation") targets.push(message);
      else if (message.kind === "finished") session.learn(message.news);
      else if (message.kind === "failed") failure = message.diagnostic.message;
      const event = toEvent(message);
      if (event) emit(event);
    };
    const handlers = createStoreHandlers(this.#services, session, options);
    const name = job.source.kind === "file" ? job.source.path : "(string)";
    await this.#oneAtATime(() => observeEvaluation(name, () => this.#thread.run(job, handlers, receive, options)));
    if (failure !== undefined) throw new ReportedFailure(`Cannot evaluate ${name}: ${failure}`);
    return targets;
  }

  /** Starts the thread before the first request needs it. */
  warmUp(): void {
    this.#thread.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#thread[Symbol.asyncDispose]();
  }
}

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
      if (ServiceError.is(error, "failed-precondition") && !(error instanceof ReportedFailure))
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
