import { join } from "node:path";
import process from "node:process";
import type { EvaluatorService } from "@tvix-mesh/glue";
import { defaultDataDirectory } from "@tvix-mesh/service/data-directory";
import { ExitStatus } from "../exit-status.ts";
import { readRules } from "../expression/evaluation-rules.ts";
import type { FileArgumentOptions } from "../expression/expression-options.ts";
import { readArguments, readSearchPath } from "../expression/expressions.ts";
import { printError } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { openEvaluator } from "../services/open-evaluator.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { version } from "../version.ts";
import { Completer } from "./completion.ts";
import { openHistory } from "./history.ts";
import type { LineSource } from "./line-source.ts";
import { runReplLoop } from "./repl-loop.ts";
import type { FileArgument } from "./scope.ts";
import { readScriptLines } from "./script-lines.ts";
import { ReplSession } from "./session.ts";
import { readTerminalLines } from "./terminal-lines.ts";
import { createTerminalView } from "./terminal-view.ts";
import { wholeText } from "./user-text.ts";

export interface ReplOptions extends FileArgumentOptions, ServiceOptions {}

function readFileArguments(options: ReplOptions): readonly FileArgument[] {
  return readArguments(options).map(({ name, kind, text }) => ({
    name,
    value: kind === "string" ? text : wholeText(text, `«--arg ${name}»`),
  }));
}

/** Starts what the first input will need, while it is typed. Whether that fails, the input will show. */
function warmUp(evaluator: EvaluatorService, signal: AbortSignal): void {
  const source = { case: "text" as const, value: new TextEncoder().encode("null") };
  Array.fromAsync(evaluator.evaluate({ expression: { source } }, { signal })).catch(() => undefined);
}

/** `tvix repl`: evaluates what is typed, input by input. */
export function repl(files: readonly string[], options: ReplOptions): Promise<never> {
  const isInteractive = process.stdin.isTTY && process.stdout.isTTY;
  return runTracedCommand(
    "repl",
    async (signal) => {
      await using evaluator = await openEvaluator(options);
      const directory = process.cwd();
      const view = createTerminalView();
      const session = new ReplSession({
        evaluator,
        view,
        directory,
        searchPath: readSearchPath(options, directory),
        rules: readRules(options),
        fileArguments: readFileArguments(options),
        showTrace: options.showTrace ?? false,
      });
      if (isInteractive) warmUp(evaluator, signal);
      const completer = new Completer(session, directory);
      using lines: LineSource = isInteractive
        ? readTerminalLines({
            history: openHistory(join(defaultDataDirectory(), "repl-history")),
            complete: (line, timeout) => completer.complete(line, timeout),
            signal,
          })
        : readScriptLines(process.stdin, signal);
      if (isInteractive) view.note(`tvix ${version}. :? lists the commands.\n`);
      const isWell = await runReplLoop({ session, lines, files, complain: printError });
      if (!isInteractive && !isWell) throw new ExitStatus(1, "an input failed");
    },
    { signals: isInteractive ? ["SIGTERM"] : ["SIGINT", "SIGTERM"] },
  );
}
