import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";
import type { B3Digest } from "./b3-digest.ts";
import type { Directory } from "./directory.ts";

/**
 * The rules of an upload: every child before the directory that refers to it, with the size that it is listed with;
 * one root, which comes last.
 */
export class ClosureUpload {
  /** In the order of arrival, which is children before parents; each once. */
  readonly #directories = new Map<string, Directory>();
  readonly #unreferenced = new Set<string>();
  #last: Directory | undefined;

  /** `invalid-argument` if a child has not come before or is listed with another size. */
  add(directory: Directory): void {
    for (const child of directory.children()) {
      const known = this.#directories.get(child.digest.hex);
      if (!known) throw refuse(directory, `its child ${child.digest} has not come before it`);
      if (known.size !== child.size)
        throw refuse(directory, `it gives its child ${child.digest} the size ${child.size}, which is ${known.size}`);
    }
    for (const child of directory.children()) this.#unreferenced.delete(child.digest.hex);
    if (!this.#directories.has(directory.digest.hex)) {
      this.#directories.set(directory.digest.hex, directory);
      this.#unreferenced.add(directory.digest.hex);
    }
    this.#last = directory;
  }

  /** Everything, children before parents, the root last. `invalid-argument` if nothing came or several roots. */
  finish(): { readonly root: Directory; readonly directories: readonly Directory[] } {
    const root = this.#last;
    if (!root) throw new ServiceError("invalid-argument", "Cannot put directories: none came");
    const [only] = this.#unreferenced;
    if (this.#unreferenced.size !== 1 || only !== root.digest.hex)
      throw new ServiceError(
        "invalid-argument",
        `Cannot put directory ${root.digest}: ${this.#unreferenced.size} directories are referred to by none, not it alone`,
      );
    return { root, directories: [...this.#directories.values()] };
  }
}

function refuse(directory: Directory, reason: string): ServiceError {
  return new ServiceError("invalid-argument", `Cannot put directory ${directory.digest}: ${reason}`);
}

/**
 * The rules of a download: the root first, then only directories that were referred to before, each once, with the
 * size that they are listed with, until none is missing. Breaking them is the sender's fault: `data-loss`.
 */
export class ClosureDownload {
  readonly #root: B3Digest;
  /** The digests referred to and not yet seen, with the size that they must have. */
  readonly #expected = new Map<string, bigint | undefined>();
  readonly #seen = new Map<string, bigint>();

  constructor(root: B3Digest) {
    this.#root = root;
    this.#expected.set(root.hex, undefined);
  }

  /** Whether nothing has come yet. */
  get isEmpty(): boolean {
    return this.#seen.size === 0;
  }

  add(directory: Directory): void {
    const { hex } = directory.digest;
    if (!this.#expected.has(hex)) throw this.#refuse("data-loss", `${directory.digest} came without being asked for`);
    const size = this.#expected.get(hex);
    this.#checkSize(directory.digest, size, directory.size);
    this.#expected.delete(hex);
    this.#seen.set(hex, directory.size);
    for (const child of directory.children()) {
      const known = this.#seen.get(child.digest.hex) ?? this.#expected.get(child.digest.hex);
      this.#checkSize(child.digest, known, child.size);
      if (!this.#seen.has(child.digest.hex)) this.#expected.set(child.digest.hex, child.size);
    }
  }

  /** `data-loss` if something that was referred to never came. */
  finish(): void {
    for (const hex of this.#expected.keys()) throw this.#refuse("data-loss", `b3:${hex} below it is missing`);
  }

  #checkSize(digest: B3Digest, expected: bigint | undefined, actual: bigint): void {
    if (expected !== undefined && expected !== actual)
      throw this.#refuse("data-loss", `${digest} has the size ${actual} where ${expected} is expected`);
  }

  #refuse(code: ServiceErrorCode, reason: string): ServiceError {
    return new ServiceError(code, `Cannot read the closure of directory ${this.#root}: ${reason}`);
  }
}
