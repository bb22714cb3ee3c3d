import {
  type BigIntStats,
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
} from "node:fs";
import { type FileStamp, stampOf } from "./import-cache/file-stamp.ts";

/** Files up to this size are read whole; of a larger one only its size is told. */
export const smallFileBytes = 1024 * 1024;
/** An answer ends once it holds as many bytes of files, whatever else was asked for. */
const answerBytes = 4 * 1024 * 1024;
// NONBLOCK, so that a FIFO that has taken a file's place doesn't hold us up.
const openFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Something to look at. Paths and names are Latin-1 strings, one character a byte: threads exchange them cheaply. */
export interface ScanTask {
  /** `stamp` lists, and looks at each file. */
  readonly kind: "list" | "stamp" | "read";
  readonly path: string;
}

export type ScannedKind = "file" | "directory" | "symlink" | "FIFO" | "socket" | "device";

export interface ScannedEntry {
  readonly name: string;
  readonly kind: ScannedKind;
  /** A symbolic link's. */
  readonly target?: string;
  /** A file's, if it is asked for and can be had. */
  readonly stamp?: FileStamp | undefined;
}

/** Where a file's contents lie in an answer's bytes. */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** What is found at a path. */
export type ScanOutcome =
  | { readonly kind: "listed"; readonly entries: readonly ScannedEntry[] }
  | ({ readonly kind: "read"; readonly stamp: FileStamp } & Span)
  | { readonly kind: "large" }
  | { readonly kind: "replaced" }
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string; readonly below: string | undefined };

function kindOf(entry: ReturnType<typeof list>[number]): ScannedKind {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "directory";
  if (entry.isSymbolicLink()) return "symlink";
  if (entry.isFIFO()) return "FIFO";
  return entry.isSocket() ? "socket" : "device";
}

function list(path: Buffer) {
  return readdirSync(path, { encoding: "buffer", withFileTypes: true });
}

function failed(error: unknown, below?: string): ScanOutcome {
  const { code = "", message } = error as NodeJS.ErrnoException;
  return { kind: "failed", code, message, below };
}

/** `undefined` if that fails; reading it then tells why. */
function stampAt(path: string): FileStamp | undefined {
  const stats = lstatSync(Buffer.from(path, "latin1"), { bigint: true, throwIfNoEntry: false });
  return stats?.isFile() ? stampOf(stats) : undefined;
}

function listDirectory(path: string, withStamps: boolean): ScanOutcome {
  const entries: ScannedEntry[] = [];
  for (const entry of list(Buffer.from(path, "latin1"))) {
    const name = entry.name.toString("latin1");
    const kind = kindOf(entry);
    if (kind === "symlink") {
      const link = Buffer.from(`${path}/${name}`, "latin1");
      try {
        entries.push({ name, kind, target: readlinkSync(link, { encoding: "buffer" }).toString("latin1") });
      } catch (error) {
        return failed(error, name);
      }
    } else if (kind === "file" && withStamps) entries.push({ name, kind, stamp: stampAt(`${path}/${name}`) });
    else entries.push({ name, kind });
  }
  return { kind: "listed", entries };
}

/** Into the free part of `buffer`, to the end of the file; `undefined` if that is more than a small file. */
function readWhole(descriptor: number, buffer: Uint8Array, start: number): Span | undefined {
  for (let end = start; ; ) {
    const count = readSync(descriptor, buffer, end, buffer.length - end, end - start);
    end += count;
    if (end - start > smallFileBytes) return undefined;
    if (count === 0) return { start, end };
  }
}

/** Whether a file was written to between two looks at it, so that what was read may be a state that it never had. */
function hasChanged(before: BigIntStats, after: BigIntStats, { start, end }: Span): boolean {
  return before.size !== BigInt(end - start) || after.size !== before.size || after.mtimeNs !== before.mtimeNs;
}

function readFile(path: string, buffer: Uint8Array, start: number): ScanOutcome {
  const descriptor = openSync(Buffer.from(path, "latin1"), openFlags);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile()) return { kind: "replaced" };
    const span = stats.size > smallFileBytes ? undefined : readWhole(descriptor, buffer, start);
    if (span && hasChanged(stats, fstatSync(descriptor, { bigint: true }), span)) return { kind: "changed" };
    return span ? { kind: "read", stamp: stampOf(stats), ...span } : { kind: "large" };
  } finally {
    closeSync(descriptor);
  }
}

export interface ScanAnswer {
  readonly outcomes: readonly ScanOutcome[];
  /** The contents of all files that were read. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Looks at things with blocking calls. */
export class Scan {
  readonly #buffer = new Uint8Array(answerBytes + smallFileBytes + 1);

  /** Looks at as many of `tasks` as fit an answer, at least one, in their order. */
  run(tasks: readonly ScanTask[]): ScanAnswer {
    const outcomes: ScanOutcome[] = [];
    let filled = 0;
    for (const { kind, path } of tasks) {
      if (filled >= answerBytes) break;
      try {
        const outcome = kind === "read" ? readFile(path, this.#buffer, filled) : listDirectory(path, kind === "stamp");
        if (outcome.kind === "read") filled = outcome.end;
        outcomes.push(outcome);
      } catch (error) {
        outcomes.push(failed(error));
      }
    }
    return { outcomes, bytes: this.#buffer.slice(0, filled) };
  }
}
