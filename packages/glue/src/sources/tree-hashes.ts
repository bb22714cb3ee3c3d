import type { FixedOutputMethod } from "@tvix-mesh/nix-compat";
import { hashFlatFile, hashTree, type ScannedTree } from "./hash-tree.ts";

const maxHashes = 100_000;

/** Hashes of trees, kept for as long as the trees look the same: then they are not read again. */
export class TreeHashes {
  /** Used last at the end. */
  readonly #byFingerprint = new Map<string, Uint8Array>();

  readonly #recent = new WeakMap<ScannedTree, Map<FixedOutputMethod, Uint8Array>>();

  /** SHA-256 of the NAR, or for `flat` of the file's bytes. */
  hash(tree: ScannedTree, method: FixedOutputMethod): Uint8Array {
    const read = () => this.#read(tree, method);
    if (tree.fingerprint === undefined) return read();
    const key = `${method} ${tree.fingerprint}`;
    const hash = this.#byFingerprint.get(key) ?? read();
    this.#byFingerprint.delete(key);
    this.#byFingerprint.set(key, hash);
    for (const oldest of this.#byFingerprint.keys()) {
      if (this.#byFingerprint.size <= maxHashes) break;
      this.#byFingerprint.delete(oldest);
    }
    return hash;
  }

  /** An evaluation that asks twice gets one answer, whatever happens to the tree. */
  #read(tree: ScannedTree, method: FixedOutputMethod): Uint8Array {
    const read = this.#recent.get(tree)?.get(method);
    if (read) return read;
    const hash = method === "flat" ? hashFlatFile(tree) : hashTree(tree);
    const known = this.#recent.get(tree);
    if (known) known.set(method, hash);
    else this.#recent.set(tree, new Map([[method, hash]]));
    return hash;
  }
}
