import type { Node } from "../node.ts";
import type { LiveDirectory } from "./live-directory.ts";

const none: ReadonlyMap<string, string> = new Map();

/** The digest by which something is stored, under the names that Tvix gives to such attributes. */
export function extendedAttributes(node: Node | LiveDirectory): ReadonlyMap<string, string> {
  switch (node.kind) {
    case "file":
      return new Map([["user.tvix.castore.blob.digest", node.digest.toString()]]);
    case "directory":
      return new Map([["user.tvix.castore.directory.digest", node.digest.toString()]]);
    default:
      return none;
  }
}
