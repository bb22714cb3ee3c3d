import { homedir } from "node:os";
import { join } from "node:path";
import { environment } from "@tvix-mesh/service/environment";

/** Where is kept what can be fetched or found out again: `$XDG_CACHE_HOME/tvix-mesh`, by default `~/.cache/tvix-mesh`. */
export function defaultCacheDirectory(): string {
  return join(environment.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "tvix-mesh");
}
