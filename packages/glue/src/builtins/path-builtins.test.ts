import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listStorePath } from "../fetchers/testing/list-store-path.ts";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";

let evaluator: TestEvaluator;

beforeAll(async () => {
  evaluator = await openTestEvaluator();
  const script = "mkdir d && echo in > d/in && ln -s in d/link && echo out > d/out && echo hi > f";
  execFileSync(
    "sh",
    ["-ec", `${script} && ln -s f to-f && ln -s d to-d && ln -s to-f to-to-f && ln -s gone dangling`],
    {
      cwd: evaluator.folder,
    },
  );
});

afterAll(async () => await evaluator[Symbol.asyncDispose]());

const evaluate = (source: string) => evaluator.evaluate(source);
/** Whether two expressions are the same store path. */
const expectSame = async (one: string, other: string) => expect(await evaluate(one)).toBe(await evaluate(other));
/** Copies into the store itself: what an expression names is uploaded when something needs it. */
const upload = async (path: string) =>
  await evaluator.build(
    `derivation { name = "uses"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo \${${path}} > $out" ]; }`,
  );

describe("a symlink as the path itself", () => {
  test.each([
    ["builtins.path { path = ./to-f; }", 'builtins.path { path = ./f; name = "to-f"; }'],
    ["builtins.path { path = ./to-to-f; }", 'builtins.path { path = ./f; name = "to-to-f"; }'],
    [
      "builtins.path { path = ./to-f; recursive = false; }",
      'builtins.path { path = ./f; name = "to-f"; recursive = false; }',
    ],
    ["builtins.path { path = ./to-d; }", 'builtins.path { path = ./d; name = "to-d"; }'],
    [
      'builtins.filterSource (path: type: baseNameOf path != "out") ./to-d',
      'builtins.path { path = ./d; name = "to-d"; filter = path: type: baseNameOf path != "out"; }',
    ],
  ])("stands for what it leads to, under its own name: %s", expectSame);

  test("is shown to a filter by where it leads, links within the tree as links", async () => {
    const filter = `path: type: if path == toString ./d/link then type == "symlink" else throw "got \${path}"`;
    await expect(evaluate(`builtins.filterSource (${filter}) ./to-d`)).rejects.toThrow(
      `got ${join(evaluator.folder, "d", "in")}`,
    );
  });

  test("in a string stays a symlink", async () => {
    await upload("./to-f");
    const copied = (await evaluate('"${./to-f}"')) as string;
    expect(await listStorePath(evaluator.services, copied)).toEqual([" -> f"]);
  });

  test("that leads nowhere is an error that names it", async () => {
    await expect(evaluate("builtins.path { path = ./dangling; }")).rejects.toThrow(/dangling|gone/);
  });

  test("is looked at anew by each evaluation", async () => {
    const link = join(evaluator.folder, "moving");
    symlinkSync("f", link);
    const first = await evaluate("builtins.path { path = ./moving; }");
    rmSync(link);
    symlinkSync("d/in", link);
    expect(await evaluate("builtins.path { path = ./moving; }")).not.toBe(first);
  });
});

test.each([
  "builtins.path { path = ./fleeting; }",
  "builtins.filterSource (path: type: true) ./to-fleeting",
  '"${./fleeting}"',
])("of %s nothing is kept once it is gone, and later evaluations don't mind", async (expression) => {
  const { folder } = evaluator;
  const remake = (script: string) => execFileSync("sh", ["-ec", script], { cwd: folder });
  // Only what has been as it is for a while is remembered.
  remake("mkdir -p fleeting && echo a > fleeting/a && ln -sfn fleeting to-fleeting && sleep 0.1");
  await evaluate(expression);
  remake("rm -r fleeting");
  expect(await evaluate("1 + 1")).toBe(2);
  await expect(evaluate(expression)).rejects.toThrow("fleeting");
});

describe("path", () => {
  test("takes an empty name for none", async () => {
    await expectSame('builtins.path { path = ./f; name = ""; }', "builtins.path { path = ./f; }");
  });

  test("reads nothing, and asks no filter, for what the store has by its hash", async () => {
    const gone = join(evaluator.folder, "soon-gone");
    writeFileSync(gone, "kept");
    await upload("builtins.path { path = ./soon-gone; recursive = false; }");
    const hash = await evaluate('builtins.hashFile "sha256" ./soon-gone');
    rmSync(gone);
    await using other = await openTestEvaluator();
    const expression = `builtins.path { path = ./soon-gone; name = "soon-gone"; recursive = false; filter = throw "asked"; sha256 = "${hash}"; }`;
    await expect(other.evaluate(expression)).rejects.toThrow("asked");
    const lazyFilter = expression.replace('throw "asked"', 'path: type: throw "asked"');
    expect(await evaluate(lazyFilter)).toMatch(/^\/nix\/store\/.*-soon-gone$/);
    expect(await evaluate(`builtins.readFile (${lazyFilter})`)).toBe("kept");
    await expect(other.evaluate(lazyFilter)).rejects.toThrow(/getting status of '.*\/soon-gone'/);
  });

  test.each([`"${"0".repeat(64)}"`, '""'])("refuses what has another hash than %s", async (hash) => {
    await expect(evaluate(`builtins.path { path = ./f; sha256 = ${hash}; }`)).rejects.toThrow(
      /store path mismatch in \(possibly filtered\) path added from '.*\/f': expected sha256:0{52}, got sha256:1/,
    );
  });
});
