import type { NewsOfEvaluation } from "../evaluation/bridge-methods.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import { KnownDerivations } from "../known-derivations.ts";
import { Realiser } from "../realise/realiser.ts";
import { SourceUploader } from "../sources/source-uploader.ts";
import type { SessionOpenerOptions } from "./session-opener.ts";

/** What one request has made so far: its derivations and sources, what is uploaded and realised of them. */
export class EvaluationSession {
  readonly derivations = new KnownDerivations();
  readonly uploads: SourceUploader;
  readonly realiser: Realiser;
  readonly fetcher: Fetcher;
  readonly #progress: { expected: number };
  readonly #expected = new Set<string>();

  constructor({ services, fetcher, observe, progress }: SessionOpenerOptions) {
    this.fetcher = fetcher;
    this.#progress = progress;
    this.uploads = new SourceUploader({ services, derivations: this.derivations });
    this.realiser = new Realiser({ services, fetcher, derivations: this.derivations, sources: this.uploads, observe });
  }

  /** Takes up what the evaluation has made since the last time. */
  learn({ sources, derivations }: NewsOfEvaluation): void {
    this.uploads.add(sources);
    for (const [path, written] of derivations) this.derivations.addWritten(path, written);
  }

  /** Notes that those derivations, and what they are built from, are to be realised. */
  expect(drvPaths: Iterable<string>): void {
    for (const { path } of this.derivations.closure(drvPaths)) this.#expected.add(path.baseName);
    this.#progress.expected = this.#expected.size;
  }
}
