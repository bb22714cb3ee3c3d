import { FormatError } from "./format-error.ts";
import {
  type FixedOutputMethod,
  makeFixedOutputPath,
  makeTextPath,
  noReferences,
  type StorePathReferences,
} from "./make-store-path.ts";
import { formatNixHash, type NixHash, parseNixHash } from "./nix-hash.ts";
import { defaultStoreDir, type StorePath } from "./store-path.ts";

/** What a store path's contents were hashed as. `text` is always SHA-256 and may have references, never to itself. */
export interface ContentAddress {
  readonly method: "text" | FixedOutputMethod;
  readonly hash: NixHash;
}

/** `text:sha256:…`, `fixed:sha256:…` or `fixed:r:sha256:…`, with nixbase32 digits. */
export function formatContentAddress(contentAddress: ContentAddress): string {
  const hash = formatNixHash(contentAddress.hash, "nix32");
  switch (contentAddress.method) {
    case "text":
      return `text:${hash}`;
    case "flat":
      return `fixed:${hash}`;
    case "recursive":
      return `fixed:r:${hash}`;
  }
}

export function parseContentAddress(text: string): ContentAddress {
  const [prefix, method] = text.startsWith("text:")
    ? (["text:", "text"] as const)
    : text.startsWith("fixed:r:")
      ? (["fixed:r:", "recursive"] as const)
      : (["fixed:", "flat"] as const);
  if (!text.startsWith(prefix)) {
    throw new FormatError(`Cannot parse content address "${text}": it starts neither with "text:" nor with "fixed:"`);
  }
  const digits = text.slice(prefix.length);
  if (!digits.includes(":")) throw new FormatError(`Cannot parse content address "${text}": no hash algorithm`);
  const hash = parseNixHash(digits);
  if (method === "text" && hash.algorithm !== "sha256") {
    throw new FormatError(`Cannot parse content address "${text}": a text is hashed with sha256`);
  }
  return { method, hash };
}

/** The only store path that contents of this address, name and references may have. */
export function contentAddressedPath(
  name: string,
  contentAddress: ContentAddress,
  references: StorePathReferences = noReferences,
  storeDir: string = defaultStoreDir,
): StorePath {
  if (contentAddress.method !== "text") {
    return makeFixedOutputPath(name, contentAddress.method, contentAddress.hash, references, storeDir);
  }
  if (references.self) throw new FormatError(`Cannot make text path "${name}": a text can't refer to itself`);
  return makeTextPath(name, contentAddress.hash, references.others, storeDir);
}
