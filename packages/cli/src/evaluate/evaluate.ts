import type { InlineOptions } from "@tvix-mesh/glue/local-evaluator";
import type { EvaluateRequest_Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { reportEvents, reportNotice } from "../diagnostics/report-events.ts";
import type { ExpressionOptions } from "../expression/expression-options.ts";
import { readExpressions } from "../expression/expressions.ts";
import { writeNow, writeOutput } from "../output.ts";
import { runTracedCommand } from "../run-command.ts";
import { openEvaluator } from "../services/open-evaluator.ts";
import { type ServiceOptions, serviceAddress } from "../services/service-options.ts";
import { hasLargeStack } from "../startup/large-stack.ts";

export interface EvaluateOptions extends ExpressionOptions, ServiceOptions {
  readonly strict?: true;
  readonly json?: true;
  readonly xml?: true;
  readonly raw?: true;
  readonly parse?: true;
  readonly parseOnly?: true;
  readonly location: boolean;
  readonly readonlyMode?: true;
}

/** Values of the request's format. As numbers, because the generated code is too slow to load for them alone. */
const formats = { print: 0, json: 1, xml: 2, raw: 3, parse: 4 } as const satisfies Record<
  string,
  EvaluateRequest_Format
>;

function chooseFormat(options: EvaluateOptions): EvaluateRequest_Format {
  if (options.parse || options.parseOnly) return formats.parse;
  const asked = (["raw", "xml", "json"] as const).filter((format) => options[format]);
  if (asked.length > 1) throw new Error(`Cannot print a value as ${asked.join(" and ")} at once`);
  return formats[asked[0] ?? "print"];
}

/** Prints what comes while this thread evaluates. */
const inline: InlineOptions = {
  observe(message) {
    const { event } = message;
    if (event.case === "value") writeNow(1, event.value.text);
    else reportNotice(message, (text) => writeNow(2, text));
  },
};

/** `tvix eval`: prints each value on standard output. */
export function evaluate(words: readonly string[], options: EvaluateOptions): Promise<never> {
  const isInline = hasLargeStack() && serviceAddress(options, "evaluatorAddr") === undefined;
  const work = async (signal: AbortSignal) => {
    const request = {
      format: chooseFormat(options),
      strict: options.strict ?? false,
      noLocation: !options.location,
      showTrace: options.showTrace ?? false,
      readOnly: options.readonlyMode ?? false,
    };
    const expressions = await readExpressions(words, options);
    await using evaluator = await openEvaluator(options, isInline ? inline : undefined);
    for (const expression of expressions)
      await reportEvents(evaluator.evaluate({ ...request, expression }, { signal }), {
        async handle({ event }) {
          if (event.case === "value") await writeOutput(event.value.text);
        },
      });
  };
  // A busy thread couldn't hear signals: they end the process as they end others.
  return runTracedCommand("eval", work, isInline ? { signals: [] } : {});
}
