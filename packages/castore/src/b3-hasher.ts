import { createRequire } from "node:module";
import { B3Digest } from "./b3-digest.ts";

/** An incremental BLAKE3. It is used up by `digest`; disposing of one that never came to that frees its memory. */
export interface B3Hasher extends Disposable {
  update(bytes: Uint8Array): void;
  digest(): B3Digest;
}

/** A BLAKE3 implementation. */
export interface B3Implementation {
  /** What is at work, for a log line. */
  readonly name: "native" | "wasm";
  hash(bytes: Uint8Array): B3Digest;
  createHasher(): B3Hasher;
}

const require = createRequire(import.meta.url);
/** Each call into native code or WebAssembly costs as much as hashing some kilobytes. */
const batchBytes = 64 * 1024;

interface RawHasher {
  update(bytes: Uint8Array): void;
  digestHex(): string;
  dispose(): void;
}

function batched(raw: RawHasher): B3Hasher {
  let pending: Uint8Array | undefined;
  let length = 0;
  const flush = (): void => {
    if (pending && length > 0) raw.update(pending.subarray(0, length));
    length = 0;
  };
  return {
    update(bytes) {
      if (length + bytes.length > batchBytes) flush();
      if (bytes.length >= batchBytes) return raw.update(bytes);
      pending ??= new Uint8Array(batchBytes);
      pending.set(bytes, length);
      length += bytes.length;
    },
    digest() {
      flush();
      return B3Digest.fromHex(raw.digestHex());
    },
    [Symbol.dispose]: () => raw.dispose(),
  };
}

/** The fast one, 3 GB/s. Throws where the package has no binary for the platform. */
export function loadNativeB3(): B3Implementation {
  const native = require("@napi-rs/blake-hash") as typeof import("@napi-rs/blake-hash");
  return {
    name: "native",
    hash: (bytes) => B3Digest.fromBytes(native.blake3(bytes)),
    createHasher() {
      const hasher = new native.Blake3Hasher();
      return batched({
        update: (bytes) => void hasher.update(bytes),
        digestHex: () => hasher.digest(),
        dispose: () => {},
      });
    },
  };
}

/** The portable one, 0.5 GB/s. */
export function loadWasmB3(): B3Implementation {
  const wasm = require("blake3") as typeof import("blake3");
  return {
    name: "wasm",
    hash: (bytes) => B3Digest.fromHex(wasm.hash(bytes).toString("hex")),
    createHasher() {
      const hasher = wasm.createHash();
      let used = false;
      return batched({
        update: (bytes) => void hasher.update(bytes),
        digestHex() {
          used = true;
          return hasher.digest("hex");
        },
        dispose() {
          if (!used) hasher.dispose();
          used = true;
        },
      });
    },
  };
}

function choose(): B3Implementation {
  try {
    return loadNativeB3();
  } catch {
    return loadWasmB3();
  }
}

/** What this process hashes with. Chosen once, at start. */
export const b3Implementation: B3Implementation = choose();

/** The digest of `bytes`. */
export function hashB3(bytes: Uint8Array): B3Digest {
  return b3Implementation.hash(bytes);
}

export function createB3Hasher(): B3Hasher {
  return b3Implementation.createHasher();
}

/** The digest of no bytes: the empty blob's and the empty directory's. */
export const emptyB3Digest: B3Digest = hashB3(new Uint8Array());
