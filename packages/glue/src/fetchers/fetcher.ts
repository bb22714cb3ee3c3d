import type { Node } from "@tvix-mesh/castore";
import type { FixedOutputMethod, HashAlgorithm } from "@tvix-mesh/nix-compat";
import type { CallOptions } from "@tvix-mesh/service";

/** What the built-in fetchers ask for. Plain data: it crosses threads. URLs, names and paths are ordinary strings. */
export type FetchRequest = FileRequest | TarballRequest | GitRequest | PathRequest;

interface UrlRequest {
  readonly url: string;
  /** The name of the store path. */
  readonly name: string;
  /** The hash that the result must have; if the store has it already, nothing is fetched. */
  readonly sha256?: Uint8Array | undefined;
}

/** One file, as it is. */
export interface FileRequest extends UrlRequest {
  readonly kind: "file";
  /** Whether `sha256` and the store path are of the bytes or of the NAR. */
  readonly method: FixedOutputMethod;
}

/** An archive, without its only top-level directory. `sha256` is of the NAR. */
export interface TarballRequest extends UrlRequest {
  readonly kind: "tarball";
}

/** One revision of a repository, or a work tree of this machine as it is. */
export interface GitRequest {
  readonly kind: "git";
  readonly name: string;
  /** `file`, `http`, `https`, `ssh` or `git`. */
  readonly url: string;
  readonly ref?: string | undefined;
  /** 40 or 64 hexadecimal digits, small ones. */
  readonly rev?: string | undefined;
  readonly submodules: boolean;
  /** Whether files with the attribute `export-ignore` are left out. Never together with `submodules`. */
  readonly exportIgnore: boolean;
  readonly shallow: boolean;
  readonly allRefs: boolean;
}

/** A file or tree of this machine, or a store path. */
export interface PathRequest {
  readonly kind: "path";
  /** A byte string. */
  readonly path: string;
}

export interface Fetched {
  /** Absolute. */
  readonly storePath: string;
  readonly narSha256: Uint8Array;
  /** In seconds since 1970; undefined where nobody has said. */
  readonly lastModified?: number | undefined;
  /** Undefined for a work tree with changes. */
  readonly rev?: string | undefined;
  readonly revCount?: number | undefined;
  /** What a work tree with changes is based on. */
  readonly dirtyRev?: string | undefined;
  /** Whether the tree is a work tree of this machine, with changes or without. */
  readonly isWorkTree?: boolean | undefined;
  /** For whoever watches the evaluation. */
  readonly warnings: readonly string[];
}

/** What a derivation with the builder `builtin:fetchurl` asks for. */
export interface OutputRequest {
  /** One or more, the best first. */
  readonly urls: readonly string[];
  /** The file is a NAR, perhaps compressed, of what is wanted. */
  readonly unpack: boolean;
  readonly executable: boolean;
  /** The hash of the file's bytes, by which mirrors may know it. */
  readonly flatHash?: { readonly algorithm: HashAlgorithm; readonly digest: Uint8Array } | undefined;
}

/** Brings what lies elsewhere into the store. */
export interface Fetcher extends AsyncDisposable {
  /**
   * Makes the result a store path. `failed-precondition` if it isn't what was expected; `not-found`,
   * `permission-denied`, `unavailable` as its place answers; `resource-exhausted` if it is larger than allowed.
   */
  fetch(request: FetchRequest, options?: CallOptions): Promise<Fetched>;
  /** Brings the contents of a fixed output into castore, unchecked and under no store path. */
  fetchOutput(request: OutputRequest, options?: CallOptions): Promise<Node>;
}
