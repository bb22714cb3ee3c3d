import type { EvalIO } from "../eval-io.ts";
import { canonicalPath } from "../values/canonical-path.ts";
import { NixError } from "../values/nix-error.ts";

const maxLinks = 1000;

/** Follows the symlink at the end of a path until something else is there; symlinks on the way stay in the path. */
export function followLinks(io: EvalIO, path: string): string {
  let current = path;
  for (let links = 0; io.fileType(current) === "symlink"; links++) {
    if (links > maxLinks)
      throw new NixError("file", `too many symbolic links encountered while traversing the path '${path}'`);
    const target = io.readLink(current);
    current = canonicalPath(target.startsWith("/") ? target : `${current}/../${target}`);
  }
  return current;
}
