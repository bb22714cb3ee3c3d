import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtinDocumentation } from "./builtin-documentation.ts";
import { renderBuiltinsPage } from "./builtins-page.ts";
import { openTestEvaluator, type TestEvaluator } from "./testing/open-test-evaluator.ts";

const page = join(import.meta.dirname, "../../../../docs/language/builtins.md");
const features = builtinDocumentation.flatMap(({ status }) => (status.kind === "feature" ? [status.feature] : []));

let plain: TestEvaluator;
let experimental: TestEvaluator;
beforeAll(async () => {
  plain = await openTestEvaluator();
  experimental = await openTestEvaluator([...features, "flakes", "fetch-closure"]);
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await experimental[Symbol.asyncDispose]();
});

/** What an evaluation prints, or the message of its error. */
async function evaluate(evaluator: TestEvaluator, program: string): Promise<string> {
  let shown = "";
  const source = { case: "text" as const, value: new TextEncoder().encode(program) };
  const json = 1;
  try {
    for await (const { event } of evaluator.evaluate({ expression: { source }, format: json }))
      if (event.case === "value") shown += new TextDecoder().decode(event.value.text);
      else if (event.case === "diagnostic") shown += event.value.message;
  } catch {
    // The diagnostic has said it.
  }
  return shown;
}

async function namesOf(evaluator: TestEvaluator): Promise<string[]> {
  return JSON.parse(await evaluate(evaluator, "builtins.attrNames builtins"));
}

function documentedNames(isThere: (entry: (typeof builtinDocumentation)[number]) => boolean): string[] {
  return builtinDocumentation.filter(isThere).map(({ name }) => name);
}

describe("docs/language/builtins.md", () => {
  test("is what node packages/cli/src/repl/write-builtins-page.ts writes", () => {
    expect(readFileSync(page, "utf8")).toBe(renderBuiltinsPage());
  });

  test("lists each built-in once, by name", () => {
    const names = documentedNames(() => true);
    expect(names).toEqual([...new Set(names)].sort());
  });

  test("names every built-in that the evaluator has, and says of no other that it is done", async () => {
    const names = await namesOf(plain);
    const mentioned = new Set(documentedNames(() => true));
    expect(names.filter((name) => !mentioned.has(name))).toEqual([]);
    const done = documentedNames(({ status }) => status.kind === "done");
    expect(done.filter((name) => !names.includes(name))).toEqual([]);
    const hidden = documentedNames(({ status }) => status.kind === "feature");
    expect(hidden.filter((name) => names.includes(name))).toEqual([]);
  });

  test("says of each what a call finds, with the features that it needs", async () => {
    const names = await namesOf(experimental);
    const wrong: string[] = [];
    for (const { name, parameters, status } of builtinDocumentation) {
      const call = ["builtins.", name, ...parameters.map(() => " null")].join("");
      const answer = names.includes(name) ? await evaluate(experimental, call) : "not available";
      const isMissing = /not (available|supported)|is disabled/.test(answer);
      if (isMissing !== (status.kind === "missing")) wrong.push(`${name}: ${answer}`);
    }
    expect(wrong).toEqual([]);
  });

  test("says which are variables by their own names", async () => {
    const wrong: string[] = [];
    for (const { name, isGlobal, status } of builtinDocumentation) {
      if (status.kind !== "done") continue;
      const undefinedName = (await evaluate(plain, `let x = ${name}; in null`)).includes("undefined variable");
      if (undefinedName === isGlobal) wrong.push(name);
    }
    expect(wrong).toEqual([]);
  });

  test("gives as many parameters as a built-in takes", async () => {
    const wrong: string[] = [];
    for (const { name, parameters, status } of builtinDocumentation) {
      if (status.kind !== "done" || parameters.length === 0) continue;
      const applied = parameters.slice(1).map(() => " null");
      const type = await evaluate(plain, `builtins.typeOf (builtins.${name}${applied.join("")})`);
      if (type !== '"lambda"\n') wrong.push(`${name}: ${type}`);
    }
    expect(wrong).toEqual([]);
  });
});
