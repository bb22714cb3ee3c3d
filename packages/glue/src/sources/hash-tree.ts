import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { decodeByteString, EvalIOError } from "@tvix-mesh/eval";
import { NarEncoder } from "@tvix-mesh/nix-compat";

type EntryType = "regular" | "directory" | "symlink" | "unknown";

/** Decides whether an entry belongs to the tree. `path` is the entry's absolute path, a byte string. */
export type TreeFilter = (path: string, type: EntryType) => boolean;

interface TreeEntry {
  /** On this machine, a byte string. */
  readonly path: string;
  readonly name: Uint8Array | undefined;
  readonly type: EntryType;
  readonly executable: boolean;
  /** Of directories, in the order of an archive. */
  readonly entries: readonly TreeEntry[];
}

/** What a tree consists of, before any file of it is read. */
export interface ScannedTree {
  readonly root: TreeEntry;
  /** Paths below the root that the filter has let through; undefined without a filter. */
  readonly included: ReadonlySet<string> | undefined;
  /**
   * The same for a tree with the same contents. Undefined while something in the tree has changed so lately that another
   * change might leave no trace in its times.
   */
  readonly fingerprint: string | undefined;
}

function fileName(byteString: string): Buffer {
  return Buffer.from(byteString, "latin1");
}

function typeOf(stats: Stats): EntryType {
  if (stats.isFile()) return "regular";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "unknown";
}

const ownerExecutable = 0o100;
/** Time stamps advance in steps: of the system's clock, or of seconds where a file system keeps no more. */
const clockStepMs = 30;
const coarseStepMs = 2000;

class TreeScanner {
  readonly #fingerprint = createHash("sha1");
  readonly #filter: TreeFilter | undefined;
  readonly #root: string;
  readonly #startedMs = Date.now();
  readonly included: Set<string> | undefined;
  #isSettled = true;

  constructor(root: string, filter: TreeFilter | undefined) {
    this.#root = root;
    this.#filter = filter;
    this.included = filter && new Set();
  }

  visit(path: string, stats: Stats, name?: Uint8Array): TreeEntry {
    const { dev, ino, mode, size, mtimeMs, ctimeMs } = stats;
    if (ctimeMs > this.#startedMs - (ctimeMs % 1000 === 0 ? coarseStepMs : clockStepMs)) this.#isSettled = false;
    this.#fingerprint.update(`${path}\0${dev}:${ino}:${mode}:${size}:${mtimeMs}:${ctimeMs}\n`, "latin1");
    const type = typeOf(stats);
    const entries = type === "directory" ? this.#visitEntries(path) : [];
    return { path, name, type, executable: (mode & ownerExecutable) !== 0, entries };
  }

  #visitEntries(directory: string): readonly TreeEntry[] {
    const entries: TreeEntry[] = [];
    for (const name of readdirSync(fileName(directory), "buffer").sort(Buffer.compare)) {
      const path = `${directory === "/" ? "" : directory}/${name.toString("latin1")}`;
      const stats = lstatSync(fileName(path));
      if (this.#filter) {
        if (!this.#filter(path, typeOf(stats))) continue;
        this.included?.add(path.slice(this.#root.length + 1));
      }
      entries.push(this.visit(path, stats, name));
    }
    return entries;
  }

  fingerprint(): string | undefined {
    return this.#isSettled ? this.#fingerprint.digest("base64") : undefined;
  }
}

/** Looks at everything at `path` (a byte string) that the filter lets through. Symlinks are not followed. */
export function scanTree(path: string, filter?: TreeFilter): ScannedTree {
  const scanner = new TreeScanner(path, filter);
  const stats = lstatSync(fileName(path), { throwIfNoEntry: false });
  if (stats === undefined)
    throw new EvalIOError(
      "not-found",
      path,
      `getting status of '${decodeByteString(path)}': No such file or directory`,
    );
  const root = scanner.visit(path, stats);
  return { root, included: scanner.included, fingerprint: scanner.fingerprint() };
}

/** SHA-256 of a tree's NAR, read synchronously. */
export function hashTree({ root }: ScannedTree): Uint8Array {
  const hash = createHash("sha256");
  const encoder = new NarEncoder();
  const visit = ({ path, name, type, executable, entries }: TreeEntry) => {
    switch (type) {
      case "regular": {
        const content = readFileSync(fileName(path));
        encoder.openFile(content.length, executable, name);
        encoder.write(content);
        encoder.closeFile();
        break;
      }
      case "symlink":
        encoder.symlink(new Uint8Array(readlinkSync(fileName(path), "buffer")), name);
        break;
      case "directory":
        encoder.openDirectory(name);
        for (const entry of entries) visit(entry);
        encoder.closeDirectory();
        break;
      case "unknown":
        throw new Error(`Cannot copy ${path}: it is neither a file, a directory nor a symlink`);
    }
    for (const piece of encoder.take()) hash.update(piece);
  };
  visit(root);
  for (const piece of encoder.finish()) hash.update(piece);
  return new Uint8Array(hash.digest());
}

/** SHA-256 of a regular file's bytes. */
export function hashFlatFile({ root }: ScannedTree): Uint8Array {
  if (root.type !== "regular") throw new Error(`Cannot copy ${root.path}: a flat copy is of a regular file`);
  return new Uint8Array(
    createHash("sha256")
      .update(readFileSync(fileName(root.path)))
      .digest(),
  );
}
