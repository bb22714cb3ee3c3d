import { Buffer } from "node:buffer";
import { lstatSync, readdirSync, readFileSync, readlinkSync, realpathSync, type Stats, statSync } from "node:fs";
import { type EvalIO, EvalIOError, type EvalIOErrorCode, type FileType } from "./eval-io.ts";
import { decodeByteString, encodeByteString } from "./values/byte-string.ts";
import type { ContextElement } from "./values/context.ts";

export interface LocalEvalIOParts {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  /** What a store brings; without it, such an access is an error. Paths are byte strings. */
  readonly copyToStore?: (path: string, name?: string) => string;
  readonly realiseContext?: (context: readonly ContextElement[]) => ReadonlyMap<string, string>;
  readonly resolveSearchPath?: (entry: string) => string | undefined;
}

/** EvalIO over the local file system. What was seen of files, but for their contents, is kept until `forget`. */
export interface LocalEvalIO extends EvalIO {
  /** Forgets what was seen of the file system: the next evaluation may find it changed. */
  forget(): void;
}

export function createLocalEvalIO(parts: LocalEvalIOParts): LocalEvalIO {
  const seen = new Map<string, Stats | undefined>();

  /** Of what lies at the path itself. */
  const statsOf = (path: string): Stats | undefined => {
    const known = seen.get(path);
    if (known !== undefined || seen.has(path)) return known;
    const stats = access(path, "getting status of", (file) => statsIfThere(file));
    seen.set(path, stats);
    return stats;
  };

  const fileType = (path: string): FileType | undefined => {
    const stats = statsOf(path);
    return stats === undefined ? undefined : typeOf(stats);
  };

  const statAt = (path: string): Stats | undefined => {
    try {
      const stats = statsOf(path);
      return stats?.isSymbolicLink() ? statSync(fileName(path), { throwIfNoEntry: false }) : stats;
    } catch {
      return undefined;
    }
  };

  return {
    readFile: (path) => access(path, "opening file", (bytes) => readFileSync(bytes)),
    readDir: (path) =>
      access(path, "opening directory", (bytes) =>
        readdirSync(bytes, { withFileTypes: true, encoding: "buffer" }).map(
          (entry) => [Buffer.from(entry.name).toString("latin1"), typeOf(entry)] as const,
        ),
      ),
    fileType,
    resolveSymlinks: (path) => access(path, "resolving", (bytes) => realpathSync(bytes, "buffer")).toString("latin1"),
    readLink: (path) =>
      access(path, "reading symbolic link", (bytes) => readlinkSync(bytes, "buffer")).toString("latin1"),
    pathExists: (path) => {
      const type = fileType(path);
      return type === "symlink" ? statAt(path) !== undefined : type !== undefined;
    },
    fingerprint: (path) => {
      const stats = statAt(path);
      return stats === undefined || mayChangeUnnoticed(stats)
        ? undefined
        : `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`;
    },
    copyToStore: (path, name) => {
      if (parts.copyToStore !== undefined) return parts.copyToStore(path, name);
      throw new EvalIOError(
        "forbidden",
        path,
        `Cannot copy '${decodeByteString(path)}' to the store: no store is configured`,
      );
    },
    realiseContext: (context) => {
      if (parts.realiseContext !== undefined) return parts.realiseContext(context);
      const path = context[0]?.path ?? "";
      throw new EvalIOError("forbidden", path, `Cannot realise '${decodeByteString(path)}': no store is configured`);
    },
    resolveSearchPath: (entry) => {
      return entry.startsWith("/") ? entry : parts.resolveSearchPath?.(entry);
    },
    environmentVariable: (name) => {
      const value = parts.environment[decodeByteString(name)];
      return value === undefined ? undefined : encodeByteString(value);
    },
    homeDirectory: () => encodeByteString(parts.homeDirectory),
    forget: () => seen.clear(),
  };
}

/** Time stamps advance in steps: of the system's clock, or of seconds where a file system keeps no more. */
const clockStepMs = 30;
const coarseStepMs = 2000;

/** Whether another change of a file that has just been changed might leave no trace in its times. */
function mayChangeUnnoticed({ ctimeMs }: Stats): boolean {
  return ctimeMs > Date.now() - (ctimeMs % 1000 === 0 ? coarseStepMs : clockStepMs);
}

interface TypedEntry {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function typeOf(entry: TypedEntry): FileType {
  if (entry.isFile()) return "regular";
  if (entry.isDirectory()) return "directory";
  return entry.isSymbolicLink() ? "symlink" : "unknown";
}

const reasons: Readonly<Record<string, readonly [EvalIOErrorCode, string]>> = {
  ENOENT: ["not-found", "No such file or directory"],
  ENOTDIR: ["not-a-directory", "Not a directory"],
  EISDIR: ["is-a-directory", "Is a directory"],
  EACCES: ["permission-denied", "Permission denied"],
  EPERM: ["permission-denied", "Operation not permitted"],
  ELOOP: ["too-many-links", "Too many levels of symbolic links"],
};

/** A byte string as Node.js takes it. */
function fileName(path: string): string | Buffer {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII is the same in every encoding
  return /^[\x01-\x7f]*$/.test(path) ? path : Buffer.from(path, "latin1");
}

/** Nothing lies below a file either, which the system calls another error. */
function statsIfThere(file: string | Buffer): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw error;
  }
}

function access<Result>(path: string, doing: string, run: (file: string | Buffer) => Result): Result {
  try {
    return run(fileName(path));
  } catch (cause) {
    const known = reasons[(cause as NodeJS.ErrnoException).code ?? ""];
    const [code, reason] = known ?? ["other", (cause as Error).message];
    throw new EvalIOError(code, path, `${doing} '${decodeByteString(path)}': ${reason}`, { cause });
  }
}
