import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { environment } from "@tvix-mesh/service/environment";
import type { SearchPathEntry } from "./search-path.ts";

export interface ChannelPlaces {
  readonly homeDirectory: string;
  /** Where Nix keeps profiles. */
  readonly stateDirectory: string;
}

function placesOfThisUser(): ChannelPlaces {
  return { homeDirectory: homedir(), stateDirectory: environment.get("NIX_STATE_DIR") ?? "/nix/var/nix" };
}

/** What Nix looks up last: the user's channels, and those of root, as far as there are any. */
export function defaultSearchPath(places: ChannelPlaces = placesOfThisUser()): readonly SearchPathEntry[] {
  const rootChannels = join(places.stateDirectory, "profiles/per-user/root/channels");
  return [
    { prefix: "", path: join(places.homeDirectory, ".nix-defexpr/channels") },
    { prefix: "nixpkgs", path: join(rootChannels, "nixpkgs") },
    { prefix: "", path: rootChannels },
  ].filter(({ path }) => existsSync(path));
}
