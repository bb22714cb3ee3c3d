import type { CallOptions } from "@tvix-mesh/service";
import { joinParts } from "./join-parts.ts";

/** What a caller may say when it stores an object. */
export interface PutOptions extends CallOptions {
  /** What is there under the key, if anything, has the same contents, and needs no replacing. */
  readonly ifAbsent?: boolean | undefined;
}

/**
 * What a storage technology must offer: bounded, atomic objects under string keys such as
 * `blobs/b3/af13/af1349b9…`: ASCII without control characters, where no key continues another one with a `/`. The three
 * services are written once over it.
 */
export interface ObjectStore extends AsyncDisposable {
  /** Objects up to this size are compressed by the store, with others: better that callers leave them as they are. */
  readonly packsUpToBytes?: number | undefined;
  /** The whole object, the caller's to change; `undefined` if there is none. */
  get(key: string, options?: CallOptions): Promise<Uint8Array | undefined>;
  has(key: string, options?: CallOptions): Promise<boolean>;
  /** Stores or replaces, atomically; resolves once durable. `resource-exhausted` if there is no room. */
  put(key: string, value: Uint8Array, options?: PutOptions): Promise<void>;
  /** As `put`, of a value in parts, which then need not be joined. Optional: who has parts calls `putParts`. */
  readonly putParts?: ((key: string, parts: readonly Uint8Array[], options?: PutOptions) => Promise<void>) | undefined;
  /** Nothing happens if there is none. */
  delete(key: string, options?: CallOptions): Promise<void>;
  /** All keys that start with `prefix`, ascending. */
  list(prefix: string, options?: CallOptions): AsyncIterable<string>;
}

/** Stores an object whose value is in parts, joined where the store can't take them as they are. */
export function putParts(
  objects: ObjectStore,
  key: string,
  parts: readonly Uint8Array[],
  options?: PutOptions,
): Promise<void> {
  const [first] = parts;
  if (first && parts.length === 1) return objects.put(key, first, options);
  return objects.putParts?.(key, parts, options) ?? objects.put(key, joinParts(parts), options);
}
