import { createEvaluator, type EvaluationOptions, type EvaluatorParts } from "./evaluator.ts";
import { createLocalEvalIO } from "./local-eval-io.ts";
import { decodeByteString, encodeByteString } from "./values/byte-string.ts";

/** Evaluates a text and prints all of it: what most tests ask for. */
export function evaluateAndPrint(
  text: string,
  parts: Partial<EvaluatorParts> = {},
  options: EvaluationOptions = {},
): string {
  const io = createLocalEvalIO({ environment: {}, homeDirectory: "/home/somebody" });
  return createEvaluator({ io, ...parts }).evaluate(options, (evaluation) => {
    const value = evaluation.expression(encodeByteString(text), "/somewhere");
    evaluation.context.forceDeep(value);
    return decodeByteString(evaluation.print(value));
  });
}
