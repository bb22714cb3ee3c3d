import { createHash } from "node:crypto";
import { type FixedOutputMethod, makeFixedOutputPath, makeTextPath, type StorePath } from "@tvix-mesh/nix-compat";
import { type ScannedTree, scanTree, type TreeFilter } from "./hash-tree.ts";
import type { Source, TreeOrigin } from "./source.ts";
import type { TreeHashes } from "./tree-hashes.ts";

export interface AddTreeOptions {
  readonly name: string;
  readonly method?: FixedOutputMethod;
  readonly filter?: TreeFilter | undefined;
}

/** A tree in the store, and how it looked where it came from. */
export interface RegisteredTree {
  readonly storePath: StorePath;
  /** Over the NAR, or for `flat` over the file's bytes. */
  readonly sha256: Uint8Array;
  /** As `ScannedTree.fingerprint`. */
  readonly fingerprint: string | undefined;
}

/** What evaluations have put into the store, by absolute store path. */
export class SourceRegistry {
  readonly #hashes: TreeHashes;
  readonly #sources = new Map<string, Source>();
  readonly #unsent = new Set<string>();
  /** Whole trees are looked at once an evaluation, so that it sees one state of them. */
  readonly #scans = new Map<string, ScannedTree>();
  /** What this evaluation has added whole, by everything that it was asked with. */
  readonly #added = new Map<string, RegisteredTree>();

  constructor(hashes: TreeHashes) {
    this.#hashes = hashes;
  }

  /** The next evaluation may find trees changed. */
  beginEvaluation(): void {
    this.#scans.clear();
    this.#added.clear();
    this.#unsent.clear();
  }

  /** Everything at a path of this machine. Throws what the file system throws. */
  scan(path: string): ScannedTree {
    const known = this.#scans.get(path);
    if (known) return known;
    const tree = scanTree(path);
    this.#scans.set(path, tree);
    return tree;
  }

  /** Adds a file or tree of this machine. Throws what the file system throws. */
  addTree(origin: TreeOrigin, options: AddTreeOptions): RegisteredTree {
    if (options.filter) return this.#addTree(origin, options);
    const key = `${options.method ?? ""}\0${options.name}\0${origin.path}\0${origin.seenAs}`;
    let added = this.#added.get(key);
    if (added) this.#unsent.add(added.storePath.absolute());
    else {
      added = this.#addTree(origin, options);
      this.#added.set(key, added);
    }
    return added;
  }

  #addTree({ path, seenAs }: TreeOrigin, { name, method = "recursive", filter }: AddTreeOptions): RegisteredTree {
    const tree = filter
      ? scanTree(path, (below, type) => filter(seenAs + below.slice(path.length), type))
      : this.scan(path);
    const sha256 = this.#hashes.hash(tree, method);
    const storePath = makeFixedOutputPath(name, method, { algorithm: "sha256", digest: sha256 });
    this.#add({ kind: "tree", storePath: storePath.absolute(), path, seenAs, included: tree.included, sha256, method });
    return { storePath, sha256, fingerprint: tree.fingerprint };
  }

  /** How a tree looks now that was added before, as far as its filter had let it through. */
  fingerprint(storePath: StorePath, path: string): string | undefined {
    const source = this.#sources.get(storePath.absolute());
    const included = source?.kind === "tree" ? source.included : undefined;
    const tree = included ? scanTree(path, (below) => included.has(below.slice(path.length + 1))) : this.scan(path);
    return tree.fingerprint;
  }

  addText(name: string, contents: Uint8Array, references: readonly StorePath[]): StorePath {
    const digest = new Uint8Array(createHash("sha256").update(contents).digest());
    const storePath = makeTextPath(name, { algorithm: "sha256", digest }, references);
    const absolute = references.map((reference) => reference.absolute());
    this.#add({ kind: "text", storePath: storePath.absolute(), contents, references: absolute });
    return storePath;
  }

  #add(source: Source): void {
    if (!this.#sources.has(source.storePath)) this.#sources.set(source.storePath, source);
    this.#unsent.add(source.storePath);
  }

  get(storePath: string): Source | undefined {
    return this.#sources.get(storePath);
  }

  /** Paths of those that this evaluation has added since the last call. */
  takeUnsent(): readonly string[] {
    const unsent = [...this.#unsent];
    this.#unsent.clear();
    return unsent;
  }
}
