import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { environment } from "@tvix-mesh/service/environment";

/** As the rules of XDG have it: a relative path counts for nothing. */
function cacheHome(): string {
  const path = environment.get("XDG_CACHE_HOME");
  return path !== undefined && isAbsolute(path) ? path : join(homedir(), ".cache");
}

/** Where is kept what can be fetched or found out again: `$XDG_CACHE_HOME/tvix-mesh`, by default `~/.cache/tvix-mesh`. */
export function defaultCacheDirectory(): string {
  return join(cacheHome(), "tvix-mesh");
}
