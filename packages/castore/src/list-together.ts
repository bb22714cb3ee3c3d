import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "./b3-digest.ts";

/** What may be able to tell all that it keeps. */
interface Listing {
  readonly list?: ((options?: CallOptions) => AsyncIterable<B3Digest>) | undefined;
}

/** What the parts keep together, each digest once; `undefined` if one of them can't tell. */
export function listTogether(parts: readonly Listing[]): Listing["list"] {
  if (parts.some(({ list }) => !list)) return undefined;
  return async function* listAll(options) {
    const listed = new Set<string>();
    for (const part of parts)
      for await (const digest of part.list?.(options) ?? []) {
        if (listed.has(digest.hex)) continue;
        listed.add(digest.hex);
        yield digest;
      }
  };
}
