/** Preloaded into a process: writes the URL of each module that it or its threads load to the file MODULES_FILE. */
import { appendFileSync } from "node:fs";
import { registerHooks } from "node:module";
import process from "node:process";

const file = process.env.MODULES_FILE ?? "";
registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(file, `${url}\n`);
    return nextLoad(url, context);
  },
});
