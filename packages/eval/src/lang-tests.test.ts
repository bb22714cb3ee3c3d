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

/** What older versions of Nix do, where ours does as newer ones; each has a case with another range beside it. */
const notOurs = new Set([
  "builtins-lists/function-of-empty-list-before-2.13",
  "builtins-lists/gen-list-lazy-function-before-2.14",
  "builtins-lists/map-not-a-function-before-2.13",
  "json/to-json-numbers-before-2.12",
  "json/to-json-strings-before-2.12",
]);

const cases = readLanguageCases().filter(
  ({ category, name, needsStore }) => !needsStore && !notOurs.has(`${category}/${name}`),
);

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
