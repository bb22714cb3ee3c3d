import type { ContextElement, FileType } from "@tvix-mesh/eval";
import type { Fetched, FetchRequest } from "../fetchers/fetcher.ts";
import type { CopyRequest } from "../sources/copy-within-store.ts";
import type { Source } from "../sources/source.ts";

/** What the evaluating thread has made since it last told. Both lists are in an order that can be taken up one by one. */
export interface NewsOfEvaluation {
  readonly sources: readonly Source[];
  /** Contents of `.drv` files by path, inputs first. */
  readonly derivations: readonly (readonly [path: string, written: string])[];
}

/** What the evaluating thread asks of the one that talks to the services. Paths are byte strings. */
export interface BridgeMethods {
  /** Makes everything that a context refers to present (import from derivation). */
  realise(argument: { readonly context: readonly ContextElement[]; readonly news: NewsOfEvaluation }): undefined;
  isValidPath(storePath: string): boolean;
  /** What a store path refers to; nothing if there is none. */
  references(storePath: string): readonly string[];
  fileType(path: string): FileType | undefined;
  readFile(path: string): Uint8Array;
  readDir(path: string): readonly (readonly [name: string, type: FileType])[];
  readLink(path: string): string;
  fetch(request: FetchRequest): Fetched;
  /** Answers the copy's path, and its hash: over the NAR, or for `flat` over the file's bytes. */
  copyWithinStore(request: CopyRequest): { readonly storePath: string; readonly sha256: Uint8Array };
}

/** The same methods on the side that may wait. */
export type BridgeHandlers = {
  [Name in keyof BridgeMethods]: (
    argument: Parameters<BridgeMethods[Name]>[0],
  ) => Promise<ReturnType<BridgeMethods[Name]>>;
};
