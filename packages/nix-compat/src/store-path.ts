import { FormatError } from "./format-error.ts";
import { decodeNixBase32, encodeNixBase32 } from "./nixbase32.ts";

export const defaultStoreDir = "/nix/store";

const digestLength = 20;
const hashPartLength = 32;
const maximumNameLength = 211;
const dot = 0x2e;

const legalInName = new Uint8Array(128);
for (const character of "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ+-._?=") {
  legalInName[character.charCodeAt(0)] = 1;
}

/** Why Nix would refuse the name of a store path; undefined if it's a good one. */
export function storePathNameProblem(name: string): string | undefined {
  if (name.length === 0) return "the name is empty";
  if (name.length > maximumNameLength) return `the name is longer than ${maximumNameLength} characters`;
  if (name.charCodeAt(0) === dot && /^\.\.?(?:-|$)/.test(name)) return `the name starts with "${name.split("-")[0]}"`;
  for (let index = 0; index < name.length; index++) {
    if (legalInName[name.charCodeAt(index)] !== 1)
      return `illegal character ${JSON.stringify(name[index])} in the name`;
  }
  return undefined;
}

/** A path in the store, without the store's directory: `<32 digits of nixbase32>-<name>`. Immutable. */
export class StorePath {
  /** 20 bytes; not to be written to. */
  readonly digest: Uint8Array;
  readonly name: string;
  #baseName: string | undefined;

  constructor(digest: Uint8Array, name: string) {
    if (digest.length !== digestLength) {
      throw new FormatError(
        `Cannot make store path "${name}": digest of ${digest.length} bytes instead of ${digestLength}`,
      );
    }
    const problem = storePathNameProblem(name);
    if (problem !== undefined) throw new FormatError(`Cannot make store path "${name}": ${problem}`);
    this.digest = digest;
    this.name = name;
  }

  /** From `<hash>-<name>`. */
  static parse(baseName: string): StorePath {
    if (baseName.charCodeAt(hashPartLength) !== 45) {
      throw new FormatError(`Cannot parse store path "${baseName}": no "-" after ${hashPartLength} digits`);
    }
    try {
      const path = new StorePath(
        decodeNixBase32(baseName.slice(0, hashPartLength)),
        baseName.slice(hashPartLength + 1),
      );
      path.#baseName = baseName;
      return path;
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError(`Cannot parse store path "${baseName}": ${reason}`, { cause });
    }
  }

  /** From `<store directory>/<hash>-<name>`, with nothing behind it. */
  static parseAbsolute(path: string, storeDir: string = defaultStoreDir): StorePath {
    return StorePath.parse(baseNameInStore(path, storeDir));
  }

  get baseName(): string {
    this.#baseName ??= `${encodeNixBase32(this.digest)}-${this.name}`;
    return this.#baseName;
  }

  /** The 32 digits that narinfos and references are known by. */
  get hashPart(): string {
    return this.baseName.slice(0, hashPartLength);
  }

  absolute(storeDir: string = defaultStoreDir): string {
    return `${storeDir}/${this.baseName}`;
  }

  equals(other: StorePath): boolean {
    return this.baseName === other.baseName;
  }

  /** The base name, so that sorting by it is Nix's order. */
  toString(): string {
    return this.baseName;
  }
}

export interface PathInStore {
  readonly storePath: StorePath;
  /** What follows the store path: empty, or `/` and more, as it was written. */
  readonly subPath: string;
}

/** Splits `/nix/store/<hash>-<name>/bin/sh` after the name. */
export function splitPathInStore(path: string, storeDir: string = defaultStoreDir): PathInStore {
  const inStore = baseNameInStore(path, storeDir);
  const slash = inStore.indexOf("/");
  if (slash === -1) return { storePath: StorePath.parse(inStore), subPath: "" };
  return { storePath: StorePath.parse(inStore.slice(0, slash)), subPath: inStore.slice(slash) };
}

/** Whether the path lies below the store's directory; it need not name a legal store path. */
export function isInStore(path: string, storeDir: string = defaultStoreDir): boolean {
  return path.length > storeDir.length + 1 && path.startsWith(storeDir) && path.charCodeAt(storeDir.length) === 47;
}

function baseNameInStore(path: string, storeDir: string): string {
  if (!isInStore(path, storeDir)) throw new FormatError(`Cannot parse store path "${path}": it isn't in ${storeDir}`);
  return path.slice(storeDir.length + 1);
}
