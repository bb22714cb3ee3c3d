import type { ContextElement } from "./values/context.ts";

export type FileType = "regular" | "directory" | "symlink" | "unknown";

/** Why a file access failed; the evaluator turns it into the error that a Nix program sees. */
export type EvalIOErrorCode =
  | "not-found"
  | "not-a-directory"
  | "is-a-directory"
  | "permission-denied"
  | "too-many-links"
  | "forbidden"
  | "other";

/** Thrown by an EvalIO. `message` is shown to the user as it is. */
export class EvalIOError extends Error {
  readonly code: EvalIOErrorCode;
  readonly path: string;

  constructor(code: EvalIOErrorCode, path: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EvalIOError";
    this.code = code;
    this.path = path;
  }
}

/** What a program sees of a derivation that it imports by its `.drv` file. */
export interface ImportedDerivation {
  readonly name: string;
  /** Each output's path, or what stands for it until it is built. */
  readonly outputs: readonly (readonly [name: string, path: string])[];
}

/**
 * Everything outside the language that an evaluation may look at, synchronously.
 *
 * Paths, file names and environment values are *byte strings*: one UTF-16 unit a byte (latin1), as all strings of the
 * evaluator; ASCII is itself, `encodeByteString` and `decodeByteString` convert the rest. Paths are absolute and
 * canonical (no `.`, `..`, empty component or trailing slash), and may lead through symlinks.
 */
export interface EvalIO {
  /** Contents of a file; follows symlinks. */
  readFile(path: string): Uint8Array;

  /** Entries of a directory in any order, without `.` and `..`; follows symlinks. */
  readDir(path: string): readonly (readonly [name: string, type: FileType])[];

  /** Type of what lies at `path` itself (a symlink is not followed at its last component); undefined if there is nothing. */
  fileType(path: string): FileType | undefined;

  /** `path` with every symlink followed. What doesn't exist fails with `not-found`. */
  resolveSymlinks(path: string): string;

  /** What the symlink at `path` itself points to, as it is written there. */
  readLink(path: string): string;

  /** True if something can be reached at `path`, symlinks followed; never throws for what is merely absent. */
  pathExists(path: string): boolean;

  /**
   * A string that changes when the contents at `path` (symlinks followed) may have changed: the key under which the
   * parsed file is kept between evaluations. Undefined: never keep it.
   */
  fingerprint(path: string): string | undefined;

  /**
   * As `fingerprint`, for everything below a directory too. Without this method a copy is compared with one that is made
   * again.
   */
  treeFingerprint?(path: string): string | undefined;

  /** True if what there is at `path` can never become anything else: then nobody looks again. */
  isImmutable?(path: string): boolean;

  /**
   * Absolute store paths that the one at or above `path` (symlinks followed) is known to refer to; none for what isn't
   * in the store. Without this method nothing refers to anything.
   */
  references?(path: string): readonly string[];

  /** The derivation whose `.drv` file that store path is; undefined if there is none. Without this method nothing is. */
  readDerivation?(path: string): ImportedDerivation | undefined;

  /**
   * Adds the tree at `path` to the store under its base name (or `name`), or only calculates where it would lie, and
   * returns the full store path. Paths that already are store paths are copied too, as Nix does for `"${./file}"`.
   */
  copyToStore(path: string, name?: string): string;

  /**
   * Makes every element of a string context present before its path is read (import from derivation). Answers which
   * placeholder strings stand for which paths; an empty map when there are none.
   */
  realiseContext(context: readonly ContextElement[]): ReadonlyMap<string, string>;

  /**
   * The directory that a search path entry stands for: a URL may be fetched. Undefined: there is nothing,
   * and the look-up goes on with the next entry. Without this method only absolute paths count, as themselves.
   */
  resolveSearchPath?(entry: string): string | undefined;

  /** An environment variable, undefined if unset. */
  environmentVariable(name: string): string | undefined;

  /** What `~` in a path literal stands for. */
  homeDirectory(): string;
}
