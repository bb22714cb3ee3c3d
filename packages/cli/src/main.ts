/** The command `tvix`. Loads nothing but Node's own modules before the compile cache is on. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { environment } from "@tvix-mesh/service/environment";

const cacheDirectory = environment.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
enableCompileCache(join(cacheDirectory, "tvix-mesh", "compile"));

const { runCommandLine } = await import("./command-line.ts");
await runCommandLine(process.argv.slice(2));
