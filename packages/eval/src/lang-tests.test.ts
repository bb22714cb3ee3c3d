import { expect, it } from "vitest";
import { EvaluationError } from "./evaluation-error.ts";
import { createEvaluator } from "./evaluator.ts";
import { isVersionInRange, type LanguageCase, readLanguageCases } from "./language-cases.ts";
import { createLocalEvalIO } from "./local-eval-io.ts";
import { decodeByteString, encodeByteString } from "./values/byte-string.ts";

const io = createLocalEvalIO({ environment: {}, homeDirectory: "/nowhere" });

function evaluate({ file, lazy, versions, features }: LanguageCase): string {
  const integerOverflow = isVersionInRange([2, 8], versions) ? "wrap" : "error";
  const evaluator = createEvaluator({ io, settings: { integerOverflow, experimentalFeatures: new Set(features) } });
  return evaluator.evaluate({}, (evaluation) => {
    const value = evaluation.file(encodeByteString(file));
    if (lazy) evaluation.context.force(value);
    else evaluation.context.forceDeep(value);
    return `${decodeByteString(evaluation.print(value))}\n`;
  });
}

const cases = readLanguageCases().filter(({ needsStore }) => !needsStore);

it("every case says what it checks", () => {
  expect(cases.filter(({ checks }) => checks === "").map(({ file }) => file)).toEqual([]);
});

it.each(cases.map((languageCase) => [`${languageCase.category}/${languageCase.name}`, languageCase] as const))(
  "%s",
  (_, languageCase) => {
    const { expectation } = languageCase;
    if (expectation.kind === "prints") {
      expect(evaluate(languageCase)).toBe(expectation.output);
      return;
    }
    let error: unknown;
    try {
      evaluate(languageCase);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(EvaluationError);
    for (const part of expectation.messageParts) expect((error as EvaluationError).message).toContain(part);
  },
);
