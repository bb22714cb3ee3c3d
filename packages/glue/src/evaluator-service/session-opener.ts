import type { CallOptions } from "@tvix-mesh/service";
import type { BridgeHandlers, NewsOfEvaluation } from "../evaluation/bridge-methods.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import type { MeshServices } from "../mesh-services.ts";
import type { RealiseObserver } from "../realise/realise-event.ts";
import type { EvaluationSession } from "./evaluation-session.ts";

export interface SessionOpenerOptions {
  readonly services: MeshServices;
  readonly fetcher: Fetcher;
  readonly observe: RealiseObserver;
  readonly progress: { expected: number };
}

/**
 * The session of a request, opened when something is stored, read from the store or built. Most evaluations never do,
 * and then neither the code for it is loaded nor are the derivations that they made looked at.
 */
export class SessionOpener {
  readonly #options: SessionOpenerOptions;
  readonly #news: NewsOfEvaluation[] = [];
  #opened: Promise<EvaluationSession> | undefined;

  constructor(options: SessionOpenerOptions) {
    this.#options = options;
  }

  /** Takes up what the evaluation has made since the last time. */
  learn(news: NewsOfEvaluation): void {
    this.#news.push(news);
  }

  /** Whether the evaluation has put anything into the store. */
  get hasSources(): boolean {
    return this.#opened !== undefined || this.#news.some(({ sources }) => sources.length > 0);
  }

  async open(): Promise<EvaluationSession> {
    this.#opened ??= import("./evaluation-session.ts").then(
      ({ EvaluationSession: Session }) => new Session(this.#options),
    );
    const session = await this.#opened;
    for (const news of this.#news.splice(0)) session.learn(news);
    return session;
  }

  /** What answers the evaluating thread. */
  async openHandlers(options: CallOptions): Promise<BridgeHandlers> {
    const [{ createStoreHandlers }, session] = await Promise.all([
      import("../evaluation/store-handlers.ts"),
      this.open(),
    ]);
    return createStoreHandlers(this.#options.services, session, options);
  }
}
