/** The command `tvix`. Loads nothing but Node's own modules before the compile cache is on. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { environment } from "@tvix-mesh/service/environment";

const cacheDirectory = join(environment.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "tvix-mesh", "compile");
enableCompileCache(cacheDirectory);
// Threads and child processes take it from there.
environment.setDefault("NODE_COMPILE_CACHE", cacheDirectory);

const { runCommandLine } = await import("./command-line.ts");
await runCommandLine(process.argv.slice(2));
