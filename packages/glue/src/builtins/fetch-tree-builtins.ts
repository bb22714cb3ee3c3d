import {
  Attrs,
  type BuiltinContext,
  type BuiltinDefinition,
  ContextElement,
  decodeByteString,
  type Lazy,
  makeAttrs,
  makeString,
  NixPath,
  textOf,
  type Value,
} from "@tvix-mesh/eval";
import {
  booleanAttribute,
  formatNixHash,
  formatUrl,
  type InputAttributes,
  InputError,
  integerAttribute,
  makeFixedOutputPath,
  parseGitUrl,
  parseNixHash,
  textAttribute,
} from "@tvix-mesh/nix-compat";
import type { Fetched, FetchRequest } from "../fetchers/fetcher.ts";
import { checkTreeInput, showTreeInput, treeInputOfUrl } from "../fetchers/tree-input.ts";
import type { FetchSource } from "./fetch-source.ts";
import { reportingFormatErrors } from "./store-builtins.ts";

interface TreeBuiltinOptions {
  readonly source: FetchSource;
  isValidPath(storePath: string): boolean;
}

const noCopy = { copyToStore: false, coerceMore: false } as const;

/** Runs `compute`; what is wrong with the input becomes an error of the program. */
function reportingInputErrors<Result>(context: BuiltinContext, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return context.fail("evaluation", error.message);
  }
}

/** A bare path is short for a file. */
function fileUri(uri: string): string {
  if (uri.startsWith("/")) return formatUrl(parseGitUrl(uri));
  return uri.includes("://") ? uri : `file://${uri}`;
}

function showType(value: Value): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Attrs) return "a set";
  return typeof value === "object" && "value" in value && typeof value.value === "number" ? "a float" : "a function";
}

/** Reads the arguments of one call, with the rules about URIs applied. */
class TreeReader {
  readonly #context: BuiltinContext;
  readonly #source: FetchSource;
  readonly #isGit: boolean;

  constructor(context: BuiltinContext, source: FetchSource, isGit: boolean) {
    this.#context = context;
    this.#source = source;
    this.#isGit = isGit;
  }

  read(argument: Lazy): InputAttributes {
    const value = this.#context.force(argument);
    const attributes = value instanceof Attrs ? this.#readSet(value) : this.#readUrl(value);
    return reportingInputErrors(this.#context, () => checkTreeInput(attributes));
  }

  #uri(uri: string, isGit: boolean): string {
    this.#source.ask(this.#context, (places) => places.requireUri(uri));
    // What git takes for an address, the check of the input finds out.
    return isGit ? uri : fileUri(uri);
  }

  #readUrl(value: Value): InputAttributes {
    const url = textOf(this.#context.coerceToString(value, noCopy, "evaluating the argument passed to the fetcher"));
    if (this.#isGit)
      return new Map([
        ["type", "git"],
        ["url", this.#uri(url, true)],
      ]);
    const isPathUrl = url.startsWith("path:");
    const full = isPathUrl ? url : this.#uri(url, false);
    return reportingInputErrors(this.#context, () => treeInputOfUrl(full));
  }

  #type(attrs: Attrs): string {
    const given = attrs.get("type");
    if (given === undefined)
      return this.#isGit
        ? "git"
        : this.#context.fail("missing-attribute", "attribute 'type' is missing in call to 'fetchTree'");
    if (this.#isGit) this.#context.fail("unexpected-argument", "unexpected attribute 'type'");
    return this.#context.forcePlainString(given, "evaluating the attribute 'type' passed to builtins.fetchTree");
  }

  #readSet(attrs: Attrs): InputAttributes {
    const type = this.#type(attrs);
    const attributes = new Map<string, string | boolean | number | bigint>([["type", type]]);
    attrs.forEach((name, lazy) => {
      if (name === "type") return;
      const value = this.#context.force(lazy);
      if (typeof value === "boolean" || typeof value === "number" || typeof value === "bigint")
        attributes.set(name, value);
      else if (value instanceof NixPath || isString(value)) {
        const text = textOf(this.#context.coerceToString(value, noCopy));
        attributes.set(name, name === "url" ? this.#uri(text, type === "git") : text);
      } else
        this.#context.fail(
          "type",
          `fetchTree argument '${name}' is ${showType(value)} while a string, Boolean or integer is expected`,
        );
    });
    // Who asks for a set of attributes rarely wants the history; a URL says all that it wants.
    if (!this.#isGit && type === "git" && !attributes.has("shallow")) attributes.set("shallow", true);
    if (!this.#isGit && attributes.has("name"))
      this.#context.fail("unexpected-argument", "attribute 'name' isn't supported in call to 'fetchTree'");
    return attributes;
  }
}

function isString(value: Value): boolean {
  return typeof value === "string" || (typeof value === "object" && value !== null && "text" in value);
}

const emptyRev = "0".repeat(40);
const shortRevLength = 7;

/** What is known of a tree that has been fetched, or that need not be. */
type KnownTree = Omit<Fetched, "warnings">;

/** One call of fetchTree or fetchGit. */
class TreeFetch {
  readonly #context: BuiltinContext;
  readonly #options: TreeBuiltinOptions;
  readonly #attributes: InputAttributes;
  readonly #type: string;
  readonly #isGit: boolean;

  /** `isGit` tells fetchGit from fetchTree. */
  constructor(context: BuiltinContext, options: TreeBuiltinOptions, attributes: InputAttributes, isGit: boolean) {
    this.#context = context;
    this.#options = options;
    this.#attributes = attributes;
    this.#type = String(attributes.get("type"));
    this.#isGit = isGit;
  }

  run(): Value {
    return reportingInputErrors(this.#context, () => {
      const narHash = this.#narHash();
      const rev = this.#rev();
      if (this.#options.source.isPure && !narHash && rev === undefined)
        this.#context.fail("restricted", "in pure evaluation mode, 'fetchTree' requires a locked input");
      const known = (narHash && this.#findKnown(narHash, rev)) ?? this.#fetch(narHash, rev);
      return this.#result(known);
    });
  }

  #text(name: string): string | undefined {
    return textAttribute(this.#attributes, name);
  }

  #number(name: string): number | undefined {
    const value = integerAttribute(this.#attributes, name);
    return value === undefined ? undefined : Number(value);
  }

  #flag(name: string): boolean {
    return booleanAttribute(this.#attributes, name);
  }

  get #name(): string {
    return this.#text("name") ?? "source";
  }

  #narHash(): Uint8Array | undefined {
    const text = this.#text("narHash");
    if (text === undefined) return undefined;
    if (text === "") return new Uint8Array(32);
    return reportingFormatErrors(this.#context, () => parseNixHash(text, "sha256").digest);
  }

  #rev(): string | undefined {
    const text = this.#text("rev");
    if (text === undefined) return undefined;
    if (/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(text)) return text.toLowerCase();
    return reportingFormatErrors(this.#context, () => {
      const { digest } = parseNixHash(text, /^sha256[:-]/.test(text) ? "sha256" : "sha1");
      return Buffer.from(digest).toString("hex");
    });
  }

  /** Whether the attributes say everything that the result does. */
  #saysAll(): boolean {
    if (this.#type !== "git") return true;
    const countIsKnown =
      this.#flag("shallow") || this.#text("ref") === undefined || this.#number("revCount") !== undefined;
    return this.#number("lastModified") !== undefined && countIsKnown;
  }

  #findKnown(narHash: Uint8Array, rev: string | undefined): KnownTree | undefined {
    if (!this.#saysAll()) return undefined;
    const path = makeFixedOutputPath(this.#name, "recursive", { algorithm: "sha256", digest: narHash }).absolute();
    if (!this.#options.isValidPath(path)) return undefined;
    return {
      storePath: path,
      narSha256: narHash,
      rev,
      revCount: this.#number("revCount"),
      lastModified: this.#number("lastModified"),
    };
  }

  #request(rev: string | undefined): FetchRequest {
    const { source } = this.#options;
    const name = this.#name;
    if (this.#type === "path") return { kind: "path", path: this.#path() };
    const given = this.#text("url") ?? "";
    const url = decodeByteString(source.ask(this.#context, (places) => places.localUrl(given)));
    if (this.#type === "tarball") return { kind: "tarball", url, name };
    if (this.#type === "file") return { kind: "file", url, name, method: "recursive" };
    const ref = this.#text("ref");
    const submodules = this.#flag("submodules");
    const flags = {
      submodules,
      exportIgnore: this.#attributes.has("exportIgnore") ? this.#flag("exportIgnore") : this.#isGit && !submodules,
      shallow: this.#flag("shallow"),
      allRefs: this.#flag("allRefs"),
    };
    return { kind: "git", url, name, ref: ref && decodeByteString(ref), rev, ...flags };
  }

  #path(): string {
    const path = this.#text("path") ?? "";
    if (!path.startsWith("/"))
      throw new InputError(`cannot fetch input '${showTreeInput(this.#attributes)}' because it uses a relative path`);
    const { source } = this.#options;
    source.ask(this.#context, (places) => places.requirePath(path));
    if (path.startsWith(`${this.#context.storeDirectory}/`) && this.#options.isValidPath(path)) return path;
    return source.ask(this.#context, (places) => places.localPath(path));
  }

  #fetch(narHash: Uint8Array | undefined, rev: string | undefined): KnownTree {
    const shown = showTreeInput(this.#attributes);
    const fetched = this.#context.withFrame(`while fetching the input '${shown}'`, 0, () =>
      this.#options.source.fetch(this.#context, this.#request(rev)),
    );
    const show = (digest: Uint8Array) => formatNixHash({ algorithm: "sha256", digest }, "sri");
    if (narHash && show(narHash) !== show(fetched.narSha256))
      this.#context.fail(
        "store",
        `NAR hash mismatch in input '${shown}' (${fetched.storePath}), expected '${show(narHash)}', got '${show(fetched.narSha256)}'`,
      );
    return this.#withGivenFacts(fetched, rev);
  }

  /** What the caller says of a revision is believed; of a work tree git knows better. */
  #withGivenFacts(fetched: Fetched, rev: string | undefined): KnownTree {
    const lastModified = this.#number("lastModified");
    const revCount = this.#number("revCount");
    if (fetched.isWorkTree) return { ...fetched, revCount: fetched.revCount ?? revCount };
    return {
      ...fetched,
      rev: this.#type === "path" ? rev : fetched.rev,
      revCount: revCount ?? fetched.revCount,
      lastModified: lastModified ?? fetched.lastModified,
    };
  }

  #result({ storePath, narSha256, rev, revCount, dirtyRev, lastModified }: KnownTree): Value {
    const shownRev = rev ?? (this.#isGit ? emptyRev : undefined);
    const shownCount = revCount ?? (this.#isGit ? 0 : undefined);
    const attributes: [string, Value][] = [
      ["outPath", makeString(storePath, new ContextElement("path", storePath))],
      ["narHash", formatNixHash({ algorithm: "sha256", digest: narSha256 }, "sri")],
    ];
    if (this.#type === "git") attributes.push(["submodules", this.#flag("submodules")]);
    if (shownRev !== undefined) attributes.push(["rev", shownRev], ["shortRev", shownRev.slice(0, shortRevLength)]);
    if (shownCount !== undefined) attributes.push(["revCount", shownCount]);
    if (dirtyRev !== undefined)
      attributes.push(
        ["dirtyRev", `${dirtyRev}-dirty`],
        ["dirtyShortRev", `${dirtyRev.slice(0, shortRevLength)}-dirty`],
      );
    if (lastModified !== undefined)
      attributes.push(["lastModified", lastModified], ["lastModifiedDate", formatDate(lastModified)]);
    return makeAttrs(attributes);
  }
}

/** `YYYYMMDDhhmmss`, UTC. */
function formatDate(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace(/\D/g, "").slice(0, 14);
}

function createFetchGit(options: TreeBuiltinOptions): BuiltinDefinition {
  return {
    name: "fetchGit",
    arity: 1,
    run: (context, argument) =>
      new TreeFetch(context, options, new TreeReader(context, options.source, true).read(argument), true).run(),
  };
}

function createFetchTree(options: TreeBuiltinOptions): BuiltinDefinition {
  return {
    name: "fetchTree",
    arity: 1,
    run: (context, argument) =>
      new TreeFetch(context, options, new TreeReader(context, options.source, false).read(argument), false).run(),
  };
}

const fetchMercurial: BuiltinDefinition = {
  name: "fetchMercurial",
  arity: 1,
  run: (context) =>
    context.fail(
      "unsupported",
      "built-in 'fetchMercurial' is not supported: Mercurial repositories can't be fetched; fetchGit and fetchTarball can",
    ),
};

export interface TreeBuiltinsOptions extends TreeBuiltinOptions {
  readonly experimentalFeatures: ReadonlySet<string>;
}

/** `fetchGit`, `fetchMercurial` and, with a feature that has it, `fetchTree`. */
export function createTreeBuiltins(options: TreeBuiltinsOptions): readonly BuiltinDefinition[] {
  const hasTrees = ["fetch-tree", "flakes"].some((feature) => options.experimentalFeatures.has(feature));
  return [createFetchGit(options), fetchMercurial, ...(hasTrees ? [createFetchTree(options)] : [])];
}
