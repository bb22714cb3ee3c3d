import type { ContextElement } from "@tvix-mesh/eval";
import { type FetchAccess, unlimitedAccess } from "../fetchers/fetch-access.ts";
import { KnownDerivations } from "../known-derivations.ts";
import type { Source } from "../sources/source.ts";
import { SourceRegistry } from "../sources/source-registry.ts";
import { TreeHashes } from "../sources/tree-hashes.ts";
import type { NewsOfEvaluation } from "./bridge-methods.ts";

const maxDerivationBytes = 256 * 2 ** 20;

/**
 * What evaluations have made: derivations and hashes of trees for all of them, sources for those that share values.
 * Built-ins hold on to this object.
 */
export class EvaluationState {
  derivations = new KnownDerivations();
  fetchAccess = unlimitedAccess;
  /** As `EvaluationJob.readOnly`. */
  isReadOnly = false;
  /** Where the URLs of the search path were unpacked to. */
  searchPath = new Map<string, string | undefined>();
  readonly #hashes = new TreeHashes();
  readonly #kept = new Map<string, SourceRegistry>();
  #keepUnder: string | undefined;
  sources = new SourceRegistry(this.#hashes);
  /** Store paths that somebody outside has to know, and those that have been told in this evaluation. */
  readonly #wanted = new Set<string>();
  readonly #told = new Set<string>();

  /** Evaluations that keep their values under the same word share sources. */
  begin(keepUnder: string | undefined, fetchAccess: FetchAccess = unlimitedAccess, isReadOnly = false): void {
    this.fetchAccess = fetchAccess;
    this.isReadOnly = isReadOnly;
    this.searchPath = new Map();
    this.#keepUnder = keepUnder;
    this.#wanted.clear();
    this.#told.clear();
    if (this.isLarge && this.#kept.size === 0) this.derivations = new KnownDerivations();
    this.#useSources();
    this.sources.beginEvaluation();
  }

  /** To be said once it is clear which values are still kept. */
  enter(): void {
    this.#useSources();
  }

  #useSources(): void {
    const kept = this.#keepUnder === undefined ? undefined : this.#kept.get(this.#keepUnder);
    this.sources = kept ?? new SourceRegistry(this.#hashes);
    if (this.#keepUnder !== undefined) this.#kept.set(this.#keepUnder, this.sources);
  }

  /** Whether it is time to forget all values, because what they refer to takes much memory. */
  get isLarge(): boolean {
    return this.derivations.sizeBytes > maxDerivationBytes;
  }

  /** Forgets the sources of evaluations whose values have been forgotten. */
  forget(keepUnder: string): void {
    this.#kept.delete(keepUnder);
  }

  /** Notes that what those elements refer to leaves the evaluation: it will be in the news with all that it needs. */
  want(elements: Iterable<ContextElement>): void {
    for (const { path } of elements) this.#wanted.add(path);
  }

  /** What was made since the last call, and what is wanted of earlier evaluations. Inputs of derivations come first. */
  takeNews(): NewsOfEvaluation {
    const sources: Source[] = [];
    const derivations: [path: string, written: string][] = [];
    const tell = (path: string) => {
      if (this.#told.has(path)) return;
      this.#told.add(path);
      const source = this.sources.get(path);
      const known = source ? undefined : this.derivations.get(path);
      if (source) {
        if (source.kind === "text") for (const reference of source.references) tell(reference);
        sources.push(source);
      } else if (known) {
        for (const input of known.derivation.inputDrvs.keys()) tell(input);
        for (const input of known.derivation.inputSrcs) tell(input);
        derivations.push([path, known.written]);
      }
    };
    for (const path of this.sources.takeUnsent()) tell(path);
    for (const path of this.#wanted) tell(path);
    this.#wanted.clear();
    return { sources, derivations };
  }
}
