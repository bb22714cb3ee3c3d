import { type ContextElement, type EvalIO, EvalIOError, type FileType, type ImportedDerivation } from "@tvix-mesh/eval";
import {
  type Derivation,
  FormatError,
  isInStore,
  StorePath,
  splitPathInStore,
  upstreamPlaceholder,
} from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { BridgeMethods } from "./evaluation/bridge-methods.ts";
import type { ConfinedEvalIO } from "./evaluation/confined-eval-io.ts";
import type { EvaluationState } from "./evaluation/evaluation-state.ts";
import { readKnownDerivation } from "./read-known-derivation.ts";
import type { Source, TreeOrigin } from "./sources/source.ts";

const maxLinks = 40;

export interface StoreEvalIOOptions {
  /** Everything that isn't in the store. */
  readonly local: ConfinedEvalIO;
  readonly state: EvaluationState;
  readonly bridge: BridgeMethods;
  /** The store path of a URL in the search path. */
  readonly fetchSearchPath: (entry: string) => string | undefined;
  /** Makes what a context refers to present. */
  realise(context: readonly ContextElement[]): void;
}

/** Where the bytes of a path in the store are. */
type Place =
  | { readonly kind: "local"; readonly path: string }
  | { readonly kind: "text"; readonly contents: Uint8Array }
  | { readonly kind: "store"; readonly path: string }
  | { readonly kind: "nowhere" };

/**
 * The evaluator's files: the local file system, and the store, whose paths need not exist on this machine. A source of
 * this evaluation is read from where it came from; anything else in the store through the services.
 */
export class StoreEvalIO implements EvalIO {
  readonly #options: StoreEvalIOOptions;

  constructor(options: StoreEvalIOOptions) {
    this.#options = options;
  }

  #place(path: string): Place {
    if (!isInStore(path)) return { kind: "local", path };
    let inStore: ReturnType<typeof splitPathInStore>;
    try {
      inStore = splitPathInStore(path);
    } catch (error) {
      if (error instanceof FormatError) return { kind: "local", path };
      throw error;
    }
    const source = this.#options.state.sources.get(inStore.storePath.absolute());
    if (source) return placeInSource(source, inStore.subPath);
    return { kind: this.#isVisibleHere(inStore.storePath.absolute()) ? "local" : "store", path };
  }

  /** What an evaluation may not see of this machine's store, the services may still have. */
  #isVisibleHere(path: string): boolean {
    try {
      return this.#options.local.fileType(path) !== undefined;
    } catch (error) {
      if (error instanceof EvalIOError && error.code === "forbidden") return false;
      throw error;
    }
  }

  readFile(path: string): Uint8Array {
    return this.#follow(path, "read", (place) => {
      if (place.kind === "local") return this.#options.local.readFile(place.path);
      if (place.kind === "text") return place.contents;
      if (place.kind === "store") return this.#options.bridge.readFile(place.path);
      throw notFound(path);
    });
  }

  readDir(path: string): readonly (readonly [string, FileType])[] {
    return this.#follow(path, "list", (place) => {
      if (place.kind === "local") return this.#listLocal(path, place.path);
      if (place.kind === "store") return this.#options.bridge.readDir(place.path);
      throw place.kind === "text"
        ? new EvalIOError("not-a-directory", path, `'${path}' is not a directory`)
        : notFound(path);
    });
  }

  /** A filtered source shows only what the filter has let through. */
  #listLocal(path: string, localPath: string): readonly (readonly [string, FileType])[] {
    const entries = this.#options.local.readDir(localPath);
    if (path === localPath) return entries;
    return entries.filter(([name]) => this.#place(`${path}/${name}`).kind !== "nowhere");
  }

  fileType(path: string): FileType | undefined {
    const place = this.#place(path);
    if (place.kind === "local") return this.#options.local.fileType(place.path);
    if (place.kind === "text") return "regular";
    return place.kind === "store" ? this.#ask(path, () => this.#options.bridge.fileType(place.path)) : undefined;
  }

  pathExists(path: string): boolean {
    try {
      return this.#follow(path, "find", (place) => {
        if (place.kind === "local") return this.#options.local.pathExists(place.path);
        if (place.kind === "text") return true;
        return place.kind === "store" && this.#options.bridge.fileType(place.path) !== undefined;
      });
    } catch (error) {
      if (error instanceof EvalIOError && error.code !== "forbidden") return false;
      throw error;
    }
  }

  resolveSymlinks(path: string): string {
    return this.#follow(path, "resolve", (place, resolved) => {
      if (place.kind === "local" && place.path === resolved) return this.#options.local.resolveSymlinks(resolved);
      if (place.kind === "nowhere") throw notFound(path);
      return resolved;
    });
  }

  fingerprint(path: string): string | undefined {
    const place = this.#place(path);
    if (place.kind === "local") return this.#options.local.fingerprint(place.path);
    // What a store path holds never changes.
    return place.kind === "nowhere" ? undefined : path;
  }

  treeFingerprint(path: string): string | undefined {
    const place = this.#place(path);
    if (place.kind === "local") return this.#options.state.sources.scan(this.originOf(path).path).fingerprint;
    return place.kind === "nowhere" ? undefined : path;
  }

  isImmutable(path: string): boolean {
    const place = this.#place(path);
    return place.kind === "local" ? this.#options.local.isImmutable(place.path) : place.kind !== "nowhere";
  }

  readLink(path: string): string {
    const place = this.#place(path);
    if (place.kind === "local") return this.#options.local.readLink(place.path);
    if (place.kind === "store") return this.#ask(path, () => this.#options.bridge.readLink(place.path));
    throw notFound(path);
  }

  /**
   * Where `path` lies in the store, symlinks to it followed, if only the services have it; then this machine can't read
   * it. Undefined for what it can.
   */
  withinServices(path: string): string | undefined {
    if (this.#place(path).kind !== "store") return undefined;
    if (splitPathInStore(path).subPath === "") return path;
    const slash = path.lastIndexOf("/");
    const resolved = `${this.resolveSymlinks(path.slice(0, slash))}${path.slice(slash)}`;
    return resolved === path ? path : this.withinServices(resolved);
  }

  /** Where the tree at `path` can be read, by this machine and by the evaluation. `forbidden` for what it can't. */
  originOf(path: string): TreeOrigin {
    const place = this.#place(path);
    if (place.kind === "local") return { path: this.#options.local.localPath(place.path), seenAs: place.path };
    if (place.kind === "nowhere") throw notFound(path);
    throw new EvalIOError("forbidden", path, `Cannot read '${path}' here: only the services have it`);
  }

  resolveSearchPath(entry: string): string | undefined {
    return entry.startsWith("/") ? entry : this.#options.fetchSearchPath(entry);
  }

  references(path: string): readonly string[] {
    const storePath = storePathAbove(this.resolveSymlinks(path));
    if (storePath === undefined) return [];
    const { sources, derivations } = this.#options.state;
    const source = sources.get(storePath);
    if (source) return source.kind === "text" ? source.references : [];
    const known = derivations.get(storePath)?.derivation;
    if (known) return [...known.inputDrvs.keys(), ...known.inputSrcs];
    return this.#ask(path, () => this.#options.bridge.references(storePath));
  }

  readDerivation(path: string): ImportedDerivation | undefined {
    if (storePathAbove(path) !== path) return undefined;
    const read = (drvPath: string) => (this.fileType(drvPath) === "regular" ? this.readFile(drvPath) : undefined);
    try {
      const derivation = readKnownDerivation(path, this.#options.state.derivations, read);
      return derivation && { name: derivation.env.get("name") ?? "", outputs: outputTexts(path, derivation) };
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      throw new EvalIOError("other", path, `Cannot import ${path}: ${error.message}`, { cause: error });
    }
  }

  copyToStore(path: string, name?: string): string {
    return this.#options.local.copyToStore(path, name);
  }

  realiseContext(context: readonly ContextElement[]): ReadonlyMap<string, string> {
    const toBuild = context.filter((element) => element.kind !== "path");
    if (toBuild.length > 0) this.#ask("", () => this.#options.realise(context));
    return new Map();
  }

  environmentVariable(name: string): string | undefined {
    return this.#options.local.environmentVariable(name);
  }

  homeDirectory(): string {
    return this.#options.local.homeDirectory();
  }

  /** Follows symlinks of paths that only the services know; the local file system follows its own. */
  #follow<Result>(path: string, verb: string, use: (place: Place, resolved: string) => Result): Result {
    let current = path;
    for (let links = 0; links < maxLinks; links++) {
      const place = this.#place(current);
      if (place.kind !== "store") return use(place, current);
      const link = this.#firstLink(place.path);
      if (link === undefined) return this.#ask(path, () => use(place, current));
      current = link;
    }
    throw new EvalIOError("too-many-links", path, `Cannot ${verb} '${path}': too many symlinks`);
  }

  /** Where `path` leads if a component below its store path is a symlink; undefined if none is. */
  #firstLink(path: string): string | undefined {
    const { storePath, subPath } = splitPathInStore(path);
    const names = subPath.split("/").filter((name) => name !== "");
    let prefix = storePath.absolute();
    for (let index = 0; index <= names.length; index++) {
      if (index > 0) prefix = `${prefix}/${names[index - 1]}`;
      const here = prefix;
      if (this.#ask(path, () => this.#options.bridge.fileType(here)) !== "symlink") continue;
      const target = this.#ask(path, () => this.#options.bridge.readLink(here));
      return canonical([target.startsWith("/") ? "" : `${here}/..`, target, ...names.slice(index)].join("/"));
    }
    return undefined;
  }

  /** What the services refuse becomes an error that the evaluator understands. */
  #ask<Result>(path: string, question: () => Result): Result {
    try {
      return question();
    } catch (error) {
      if (!ServiceError.is(error)) throw error;
      throw new EvalIOError(error.code === "not-found" ? "not-found" : "other", path, error.message, { cause: error });
    }
  }
}

function placeInSource(source: Source, subPath: string): Place {
  if (source.kind === "text") return subPath === "" ? { kind: "text", contents: source.contents } : { kind: "nowhere" };
  if (subPath !== "" && source.included && !source.included.has(subPath.slice(1))) return { kind: "nowhere" };
  return { kind: "local", path: source.seenAs + subPath };
}

/** Each output's path; for one that nobody knows before it is built, what builds replace by it. */
function outputTexts(drvPath: string, { outputs }: Derivation): ImportedDerivation["outputs"] {
  const stored = StorePath.parseAbsolute(drvPath);
  const names = [...outputs.keys()].toSorted();
  return names.map((name) => [name, outputs.get(name)?.path || upstreamPlaceholder(stored, name)]);
}

/** The store path that `path` is or lies in; undefined outside of the store. */
function storePathAbove(path: string): string | undefined {
  try {
    return isInStore(path) ? splitPathInStore(path).storePath.absolute() : undefined;
  } catch (error) {
    if (error instanceof FormatError) return undefined;
    throw error;
  }
}

function notFound(path: string): EvalIOError {
  return new EvalIOError("not-found", path, `path '${path}' does not exist`);
}

/** Resolves `.`, `..` and repeated slashes without looking at files. */
function canonical(path: string): string {
  const names: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name === "..") names.pop();
    else names.push(name);
  }
  return `/${names.join("/")}`;
}
