import type { B3Digest } from "../b3-digest.ts";

/**
 * Where an object lies in an ObjectStore. The same layout as Tvix's, so that either can read the other's; it knows no
 * outboards, and does without.
 */
export function objectKey(kind: "blobs" | "chunks" | "dirs" | "outboards", digest: B3Digest): string {
  return `${kind}/b3/${digest.hex.slice(0, 4)}/${digest.hex}`;
}
