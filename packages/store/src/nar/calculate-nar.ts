import { createHash } from "node:crypto";
import type { CastoreServices, Node } from "@tvix-mesh/castore";
import { LRUCache } from "lru-cache";
import type { NarCalculation, NarCalculationService } from "./nar-calculation-service.ts";
import { renderNar } from "./render-nar.ts";

const maxCachedCalculations = 65_536;

/** Nodes that render to the same archive have the same key. A symlink is sooner rendered than looked up. */
function cacheKey(root: Node): string | undefined {
  switch (root.kind) {
    case "directory":
      return root.digest.hex;
    case "file":
      return `${root.digest.hex} ${root.executable ? "executable" : "file"}`;
    case "symlink":
      return undefined;
  }
}

/** Renders archives to measure them, and remembers what came out. */
export function createNarCalculationService(castore: CastoreServices): NarCalculationService {
  const cache = new LRUCache<string, NarCalculation>({ max: maxCachedCalculations });
  return {
    async calculateNar(root, options) {
      const key = cacheKey(root);
      const known = key === undefined ? undefined : cache.get(key);
      if (known) return known;
      const hash = createHash("sha256");
      let sizeBytes = 0n;
      for await (const piece of renderNar(castore, root, options)) {
        hash.update(piece);
        sizeBytes += BigInt(piece.length);
      }
      const calculation = { narSizeBytes: sizeBytes, narSha256: new Uint8Array(hash.digest()) };
      if (key !== undefined) cache.set(key, calculation);
      return calculation;
    },
  };
}
