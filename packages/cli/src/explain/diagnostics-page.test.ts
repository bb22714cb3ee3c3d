import { readFileSync } from "node:fs";
import { join } from "node:path";
import { errorCodes, failureCodes, warningCodes } from "@tvix-mesh/eval/diagnostic-codes";
import { explanations } from "@tvix-mesh/eval/diagnostic-explanations";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "../repl/testing/open-test-evaluator.ts";
import { renderDiagnosticsPage } from "./diagnostics-page.ts";

const page = join(import.meta.dirname, "../../../../docs/language/diagnostics.md");
const known = [errorCodes, failureCodes, warningCodes].flatMap((codes) => Object.values(codes));
const examples = explanations.flatMap(({ code, example }) => (example === undefined ? [] : [[code, example] as const]));

let evaluator: TestEvaluator;
beforeAll(async () => {
  evaluator = await openTestEvaluator();
});
afterAll(() => evaluator[Symbol.asyncDispose]());

/** The codes of all diagnostics. */
async function codesOf(program: string): Promise<string[]> {
  const source = { case: "text" as const, value: new TextEncoder().encode(program) };
  const codes: string[] = [];
  const warn = 2;
  const lints = { shortPathLiterals: warn, absolutePathLiterals: warn };
  try {
    for await (const { event } of evaluator.evaluate({ expression: { source, examine: true, lints }, strict: true }))
      if (event.case === "warning" || event.case === "diagnostic") codes.push(event.value.code);
  } catch {
    // The diagnostic has said it.
  }
  return codes;
}

describe("docs/language/diagnostics.md", () => {
  test("is what node packages/cli/src/explain/write-diagnostics-page.ts writes", () => {
    expect(readFileSync(page, "utf8")).toBe(renderDiagnosticsPage());
  });

  test("explains every code once, in order", () => {
    expect(explanations.map(({ code }) => code)).toEqual(known.toSorted());
  });

  test.each(examples)("the example of %s has that to it: %s", async (code, example) => {
    const codes = await codesOf(example);
    expect(codes.filter((found) => found.startsWith(code[0] ?? ""))).toEqual([code]);
  });
});
