import { homedir } from "node:os";
import { join } from "node:path";
import { environment } from "./environment.ts";

/** Where stores lie if nobody says otherwise: `$XDG_DATA_HOME/tvix-mesh`, by default `~/.local/share/tvix-mesh`. */
export function defaultDataDirectory(): string {
  return join(environment.get("XDG_DATA_HOME") ?? join(homedir(), ".local", "share"), "tvix-mesh");
}
