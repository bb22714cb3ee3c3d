import { type FetchAccess, unlimitedAccess } from "../fetchers/fetch-access.ts";
import { KnownDerivations } from "../known-derivations.ts";
import { SourceRegistry } from "../sources/source-registry.ts";
import type { NewsOfEvaluation } from "./bridge-methods.ts";

/** What the evaluation under way has made. Built-ins hold on to this object; each job starts with empty contents. */
export class EvaluationState {
  derivations = new KnownDerivations();
  sources = new SourceRegistry();
  fetchAccess = unlimitedAccess;
  /** Where the URLs of the search path were unpacked to. */
  searchPath = new Map<string, string | undefined>();

  reset(fetchAccess: FetchAccess = unlimitedAccess): void {
    this.fetchAccess = fetchAccess;
    this.searchPath = new Map();
    this.derivations = new KnownDerivations();
    this.sources = new SourceRegistry();
  }

  /** What was made since the last call, inputs of derivations first. */
  takeNews(): NewsOfEvaluation {
    const derivations = this.derivations.takeUnsent().map(({ path, written }) => [path.absolute(), written] as const);
    return { sources: this.sources.takeUnsent(), derivations };
  }
}
