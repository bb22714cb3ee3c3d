import { B3Digest } from "../b3-digest.ts";

/**
 * Where an object lies in an ObjectStore. The same layout as Tvix's, so that either can read the other's; it knows no
 * outboards, and does without.
 */
export function objectKey(kind: "blobs" | "chunks" | "dirs" | "outboards", digest: B3Digest): string {
  return `${kind}/b3/${digest.hex.slice(0, 4)}/${digest.hex}`;
}

/** The digest that a key ends in; `undefined` for a key that isn't of that form. */
export function digestOfKey(key: string): B3Digest | undefined {
  const hex = /\/b3\/[0-9a-f]{4}\/([0-9a-f]{64})$/.exec(key)?.[1];
  return hex === undefined ? undefined : B3Digest.fromHex(hex);
}
