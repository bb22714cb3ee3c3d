import type { BuiltOutputs, Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { reportEvents } from "../diagnostics/report-events.ts";
import type { ExpressionOptions } from "../expression/expression-options.ts";
import { readExpressions } from "../expression/expressions.ts";
import { writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openEvaluator } from "../services/open-evaluator.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openProgressDisplay, type ProgressDisplay } from "./progress-display.ts";

export interface BuildOptions extends ExpressionOptions, ServiceOptions {
  readonly json?: true;
  readonly buildOutput: boolean;
}

/** As nix build --json writes one element of its list. */
function toJson(built: BuiltOutputs) {
  const outputs = Object.fromEntries(built.outputs.map(({ name, storePath }) => [name, storePath]));
  return { drvPath: built.derivationPath, outputs };
}

interface Sink {
  readonly display: ProgressDisplay;
  readonly built: BuiltOutputs[];
  readonly showLog: boolean;
}

function handle({ event }: Event, { display, built, showLog }: Sink): void {
  switch (event.case) {
    case "progress":
      display.progress(event.value);
      break;
    case "logLine":
      if (showLog) display.logLine(event.value);
      break;
    case "builtOutputs":
      built.push(event.value);
  }
}

/** `tvix build`: prints the store paths of what was built, once all of it is. */
export function build(words: readonly string[], options: BuildOptions): Promise<never> {
  return runTracedCommand("build", async (signal) => {
    const expressions = await readExpressions(words, options);
    await using evaluator = await openEvaluator(options);
    using display = openProgressDisplay();
    const sink: Sink = { display, built: [], showLog: options.buildOutput };
    const request = { showTrace: options.showTrace ?? false };
    for (const expression of expressions)
      await reportEvents(evaluator.build({ ...request, expression }, { signal }), {
        print: (text) => display.print(text),
        handle: (event) => handle(event, sink),
      });
    display.end();
    if (options.json) await writeOutput(`${JSON.stringify(sink.built.map(toJson))}\n`);
    else for (const { storePath } of sink.built.flatMap(({ outputs }) => outputs)) await writeOutput(`${storePath}\n`);
  });
}
