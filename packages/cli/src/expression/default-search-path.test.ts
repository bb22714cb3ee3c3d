import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultSearchPath } from "./default-search-path.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tvix-channels-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const places = () => ({ homeDirectory: join(folder, "home"), stateDirectory: join(folder, "state") });

describe("defaultSearchPath", () => {
  test("names the user's channels before those of root", () => {
    mkdirSync(join(folder, "home/.nix-defexpr/channels"), { recursive: true });
    mkdirSync(join(folder, "state/profiles/per-user/root/channels/nixpkgs"), { recursive: true });
    expect(defaultSearchPath(places())).toEqual([
      { prefix: "", path: join(folder, "home/.nix-defexpr/channels") },
      { prefix: "nixpkgs", path: join(folder, "state/profiles/per-user/root/channels/nixpkgs") },
      { prefix: "", path: join(folder, "state/profiles/per-user/root/channels") },
    ]);
  });

  test("leaves out what isn't there, a symlink to nothing too", () => {
    mkdirSync(join(folder, "home/.nix-defexpr"), { recursive: true });
    symlinkSync(join(folder, "gone"), join(folder, "home/.nix-defexpr/channels"));
    mkdirSync(join(folder, "state/profiles/per-user/root/channels"), { recursive: true });
    expect(defaultSearchPath(places())).toEqual([
      { prefix: "", path: join(folder, "state/profiles/per-user/root/channels") },
    ]);
  });
});
