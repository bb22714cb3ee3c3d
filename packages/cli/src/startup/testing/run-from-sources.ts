/** The command line as `main.ts` runs it, but never from the bundle, which hides what modules it is made of. */
import process from "node:process";
import { runCommandLine } from "../../command-line.ts";

await runCommandLine(process.argv.slice(2));
