import { readFileSync } from "node:fs";

/** The part of the global that is used here; the compiler's library of the language alone doesn't have it. */
declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};

/** What `assembly/` compiles to. Addresses and lengths are in bytes of `memory`. */
export interface CastoreWasm {
  readonly memory: { readonly buffer: ArrayBuffer };
  beginCut(): void;
  /** The parent of the two values at `children`, which may be where it is written. */
  parentValue(children: number, isRoot: boolean, to: number): void;
  /** The chaining value, or the root, of the BLAKE3 subtree over up to `dataBytes` that begin in chunk `counter`. */
  subtreeValue(data: number, length: number, counter: bigint, isRoot: boolean, to: number): void;
  seekCut(from: number, to: number, mask: bigint): number;
}

/** Where the host may put data for a call. What is below belongs to the module, tables that the host fills included. */
export const dataAddress = 65_536;
/** How much fits there. */
export const dataBytes = 1024 * 1024;

/** An instance of its own, with its own memory. */
export function loadWasm(): CastoreWasm {
  const module = new WebAssembly.Module(readFileSync(new URL("castore.wasm", import.meta.url)));
  return new WebAssembly.Instance(module).exports as CastoreWasm;
}
