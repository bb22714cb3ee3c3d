import type { Node } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";

export interface NarCalculation {
  readonly narSizeBytes: bigint;
  /** 32 bytes. */
  readonly narSha256: Uint8Array;
}

/** Knows size and SHA-256 of the NAR that a node renders to. */
export interface NarCalculationService {
  /** `not-found` if a blob or directory below `root` is missing. */
  calculateNar(root: Node, options?: CallOptions): Promise<NarCalculation>;
}
