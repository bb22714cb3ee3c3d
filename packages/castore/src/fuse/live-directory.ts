import type { CallOptions } from "@tvix-mesh/service";
import type { NamedNode, Node } from "../node.ts";

/** A directory whose entries come and go: it is asked for each name, and listed anew each time that it is opened. */
export interface LiveDirectory {
  readonly kind: "live-directory";
  lookup(name: Uint8Array, options?: CallOptions): Promise<Node | undefined>;
  /** In any order, each name once. */
  list(options?: CallOptions): AsyncIterable<NamedNode>;
}
