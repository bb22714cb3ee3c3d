import type { CallOptions } from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Directory } from "../directory.ts";
import { ClosureDownload } from "../directory-closure.ts";
import { mapInOrder } from "../map-in-order.ts";

/** How many directories are fetched at once. */
const parallelDirectories = 64;

/**
 * The closure of `root`, level by level, of directories that are fetched one by one. Empty if `root` is absent;
 * `data-loss` if one below it is.
 */
export async function* walkClosure(
  root: B3Digest,
  get: (digest: B3Digest, options: CallOptions) => Promise<Directory | undefined>,
  options?: CallOptions,
): AsyncGenerator<Directory> {
  const closure = new ClosureDownload(root);
  const known = new Set([root.hex]);
  let level: B3Digest[] = [root];
  while (level.length > 0) {
    const below: B3Digest[] = [];
    const fetched = mapInOrder(
      level,
      parallelDirectories,
      (digest, signal) => get(digest, { signal }),
      options?.signal,
    );
    for await (const directory of fetched) {
      if (!directory) {
        if (closure.isEmpty) return;
        break;
      }
      closure.add(directory);
      for (const { digest } of directory.children()) {
        if (known.has(digest.hex)) continue;
        known.add(digest.hex);
        below.push(digest);
      }
      yield directory;
    }
    level = below;
  }
  closure.finish();
}
