import { createHash } from "node:crypto";
import { lstatSync, readFileSync } from "node:fs";
import { type FixedOutputMethod, makeFixedOutputPath, makeTextPath, type StorePath } from "@tvix-mesh/nix-compat";
import { hashTree, type TreeFilter } from "./hash-tree.ts";
import type { Source, TreeOrigin } from "./source.ts";

export interface AddTreeOptions {
  readonly name: string;
  readonly method?: FixedOutputMethod;
  readonly filter?: TreeFilter | undefined;
}

/** What an evaluation has put into the store, by absolute store path. */
export class SourceRegistry {
  readonly #sources = new Map<string, Source>();
  readonly #unsent = new Set<string>();
  /** Unfiltered trees are hashed once an evaluation, so that it sees one state of them. */
  readonly #treePaths = new Map<string, StorePath>();

  /** Adds a file or tree of this machine. Throws what the file system throws. */
  addTree({ path, seenAs }: TreeOrigin, { name, method = "recursive", filter }: AddTreeOptions): StorePath {
    const key = filter ? undefined : `${method} ${name} ${path}`;
    const known = key === undefined ? undefined : this.#treePaths.get(key);
    if (known) return known;
    const { sha256, included } =
      method === "flat"
        ? hashFile(path)
        : hashTree(path, filter && ((below, type) => filter(seenAs + below.slice(path.length), type)));
    const storePath = makeFixedOutputPath(name, method, { algorithm: "sha256", digest: sha256 });
    this.#add({ kind: "tree", storePath: storePath.absolute(), path, seenAs, included, sha256, method });
    if (key !== undefined) this.#treePaths.set(key, storePath);
    return storePath;
  }

  addText(name: string, contents: Uint8Array, references: readonly StorePath[]): StorePath {
    const digest = new Uint8Array(createHash("sha256").update(contents).digest());
    const storePath = makeTextPath(name, { algorithm: "sha256", digest }, references);
    const absolute = references.map((reference) => reference.absolute());
    this.#add({ kind: "text", storePath: storePath.absolute(), contents, references: absolute });
    return storePath;
  }

  #add(source: Source): void {
    if (this.#sources.has(source.storePath)) return;
    this.#sources.set(source.storePath, source);
    this.#unsent.add(source.storePath);
  }

  get(storePath: string): Source | undefined {
    return this.#sources.get(storePath);
  }

  /** Those added since the last call. */
  takeUnsent(): readonly Source[] {
    const unsent = [...this.#unsent].map((path) => this.#sources.get(path) as Source);
    this.#unsent.clear();
    return unsent;
  }
}

function hashFile(path: string) {
  const file = Buffer.from(path, "latin1");
  if (!lstatSync(file).isFile()) throw new Error(`Cannot copy ${path}: a flat copy is of a regular file`);
  return { sha256: new Uint8Array(createHash("sha256").update(readFileSync(file)).digest()), included: undefined };
}
