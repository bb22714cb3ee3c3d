import { createHash } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { NarEncoder } from "@tvix-mesh/nix-compat";

/** Decides whether an entry belongs to the tree. `path` is the entry's absolute path, a byte string. */
export type TreeFilter = (path: string, type: "regular" | "directory" | "symlink" | "unknown") => boolean;

export interface HashedTree {
  /** SHA-256 of the NAR. */
  readonly sha256: Uint8Array;
  /** Paths below the root that the filter has let through; undefined without a filter. */
  readonly included: ReadonlySet<string> | undefined;
}

function fileName(byteString: string): Buffer {
  return Buffer.from(byteString, "latin1");
}

function typeOf(stats: Stats): "regular" | "directory" | "symlink" | "unknown" {
  if (stats.isFile()) return "regular";
  if (stats.isDirectory()) return "directory";
  return stats.isSymbolicLink() ? "symlink" : "unknown";
}

const ownerExecutable = 0o100;

class TreeHasher {
  readonly #hash = createHash("sha256");
  readonly #encoder = new NarEncoder();
  readonly #filter: TreeFilter | undefined;
  readonly #root: string;
  readonly included: Set<string> | undefined;

  constructor(root: string, filter: TreeFilter | undefined) {
    this.#root = root;
    this.#filter = filter;
    this.included = filter && new Set();
  }

  visit(path: string, stats: Stats, name?: Uint8Array): void {
    switch (typeOf(stats)) {
      case "regular": {
        const content = readFileSync(fileName(path));
        this.#encoder.openFile(content.length, (stats.mode & ownerExecutable) !== 0, name);
        this.#encoder.write(content);
        this.#encoder.closeFile();
        break;
      }
      case "symlink":
        this.#encoder.symlink(new Uint8Array(readlinkSync(fileName(path), "buffer")), name);
        break;
      case "directory":
        this.#encoder.openDirectory(name);
        this.#visitEntries(path);
        this.#encoder.closeDirectory();
        break;
      case "unknown":
        throw new Error(`Cannot copy ${path}: it is neither a file, a directory nor a symlink`);
    }
    for (const piece of this.#encoder.take()) this.#hash.update(piece);
  }

  #visitEntries(directory: string): void {
    const names = readdirSync(fileName(directory), "buffer").sort(Buffer.compare);
    for (const name of names) {
      const path = `${directory === "/" ? "" : directory}/${name.toString("latin1")}`;
      const stats = lstatSync(fileName(path));
      if (this.#filter) {
        if (!this.#filter(path, typeOf(stats))) continue;
        this.included?.add(path.slice(this.#root.length + 1));
      }
      this.visit(path, stats, name);
    }
  }

  digest(): Uint8Array {
    for (const piece of this.#encoder.finish()) this.#hash.update(piece);
    return new Uint8Array(this.#hash.digest());
  }
}

/** The NAR hash of what lies at `path` (a byte string), read synchronously. Symlinks are not followed. */
export function hashTree(path: string, filter?: TreeFilter): HashedTree {
  const hasher = new TreeHasher(path, filter);
  hasher.visit(path, lstatSync(fileName(path)));
  return { sha256: hasher.digest(), included: hasher.included };
}
