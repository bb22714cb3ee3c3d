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

/** EvalIO over the local file system. Types of files are kept until `forget`. */
export interface LocalEvalIO extends EvalIO {
  /** Forgets what was seen of the file system: the next evaluation may find it changed. */
  forget(): void;
}

export function createLocalEvalIO(parts: LocalEvalIOParts): LocalEvalIO {
  const types = new Map<string, FileType | undefined>();

  const fileType = (path: string): FileType | undefined => {
    if (types.has(path)) return types.get(path);
    const stats = access(path, "getting status of", (bytes) => lstatSync(bytes, { throwIfNoEntry: false }));
    const type = stats === undefined ? undefined : typeOf(stats);
    types.set(path, type);
    return type;
  };

  const statAt = (path: string): Stats | undefined => {
    try {
      return statSync(Buffer.from(path, "latin1"), { throwIfNoEntry: false });
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
      return stats === undefined
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
    forget: () => types.clear(),
  };
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

function access<Result>(path: string, doing: string, run: (path: Buffer) => Result): Result {
  try {
    return run(Buffer.from(path, "latin1"));
  } catch (cause) {
    const known = reasons[(cause as NodeJS.ErrnoException).code ?? ""];
    const [code, reason] = known ?? ["other", (cause as Error).message];
    throw new EvalIOError(code, path, `${doing} '${decodeByteString(path)}': ${reason}`, { cause });
  }
}
