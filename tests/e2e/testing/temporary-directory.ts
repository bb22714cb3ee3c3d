import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory that is removed when disposed of, read-only store paths in it too. */
export interface TemporaryDirectory extends Disposable {
  readonly path: string;
}

export function makeTemporaryDirectory(purpose: string): TemporaryDirectory {
  const path = mkdtempSync(join(tmpdir(), `tvix-mesh-${purpose}-`));
  return {
    path,
    [Symbol.dispose]() {
      // Store paths are read-only, and who isn't root can't remove what is in a directory that is.
      execFileSync("chmod", ["-R", "u+w", path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}
