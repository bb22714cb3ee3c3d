import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

export const hasNix = spawnSync("nix-instantiate", ["--version"]).status === 0;

/** Answers what C++ Nix says of an expression, as JSON, with a store and a home of its own. */
export interface RealNix {
  readonly folder: string;
  evaluate(expression: string, options?: readonly string[]): Promise<unknown>;
}

export function createRealNix(): RealNix {
  const folder = mkdtempSync(join(tmpdir(), "tvix-real-nix-"));
  return {
    folder,
    async evaluate(expression, options = []) {
      const settings = ["extra-experimental-features", "flakes nix-command", "tarball-ttl", "0", "substituters", ""];
      const flags = ["--store", join(folder, "store"), ...chunk(settings), ...options];
      const { stdout } = await promisify(execFile)(
        "nix-instantiate",
        ["--eval", "--strict", "--json", ...flags, "-E", expression],
        { env: { ...process.env, HOME: folder, NIX_CONF_DIR: folder, NIX_PATH: "" } },
      );
      return JSON.parse(stdout);
    },
  };
}

function chunk(settings: readonly string[]): string[] {
  return settings.flatMap((text, index) => (index % 2 === 0 ? ["--option", text] : [text]));
}
