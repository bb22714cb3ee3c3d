import type { CallOptions, Retrier } from "@tvix-mesh/service";
import type { B3Digest } from "./b3-digest.ts";

/** Lists once more where listing broke off, without what came before. */
export function listAgain(
  list: (options?: CallOptions) => AsyncIterable<B3Digest>,
  retrier: Retrier,
): (options?: CallOptions) => AsyncIterable<B3Digest> {
  return async function* listAll(options) {
    const listed = new Set<string>();
    async function* rest(): AsyncGenerator<B3Digest> {
      for await (const digest of list(options)) {
        if (listed.has(digest.hex)) continue;
        listed.add(digest.hex);
        yield digest;
      }
    }
    yield* retrier.iterate(rest, options);
  };
}
