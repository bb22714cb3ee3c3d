/** The command `tvix`. Where `bin/tvix` has not turned the compile cache on, it does so before loading anything. */
import { enableCompileCache } from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { environment } from "@tvix-mesh/service/environment";
import { findCurrentBundle } from "./startup/startup-bundle.ts";

if (environment.get("NODE_COMPILE_CACHE") === undefined) {
  const cacheDirectory = join(environment.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache"), "tvix-mesh", "compile");
  enableCompileCache(cacheDirectory);
  // Threads and child processes take it from there.
  environment.setDefault("NODE_COMPILE_CACHE", cacheDirectory);
}

const bundle = findCurrentBundle();
const { runCommandLine }: typeof import("./command-line.ts") =
  bundle === undefined
    ? await import("./command-line.ts")
    : await import(pathToFileURL(join(bundle, "command-line.mjs")).href);
await runCommandLine(process.argv.slice(2));
