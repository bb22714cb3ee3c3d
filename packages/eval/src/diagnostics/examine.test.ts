import { describe, expect, test } from "vitest";
import { warningCodes } from "./codes.ts";
import { examine } from "./examine.ts";

/** `code@line:column` of each finding. */
function findingsOf(text: string): readonly string[] {
  return examine(text).map(({ kind, line, column }) => `${warningCodes[kind]}@${line}:${column}`);
}

describe("examine", () => {
  test.each([
    ["[ https://example.org ]", ["W001@1:3"]],
    ["x: let inherit x; in x", ["W002@1:16"]],
    ["let\n  a = 1;\n  b = 2;\nin b", ["W003@2:3"]],
    ["let a = b; b = a; c = 1; in c", ["W003@1:5", "W003@1:12"]],
    ["let f = n: f n; in 1", ["W003@1:5"]],
    ["let inherit (x) a b; x = 1; y = 2; in b", ["W003@1:17", "W003@1:29"]],
    ["{ map }: map", ["W004@1:3"]],
    ["let { body = 1; }", ["W005@1:1"]],
    ["x: x == true", ["W007@1:6"]],
    ["x: x && true", ["W007@1:6"]],
    ["x: if x then true else false", ["W007@1:4"]],
    ["x: if true then 1 else x", ["W008@1:4"]],
    ["x: false && x", ["W008@1:10"]],
    ["assert true; 1", ["W008@1:1"]],
    ["{ inherit; }", ["W009@1:3"]],
    ["let in 1", ["W010@1:1"]],
    ["{ a, b ? 1 }: a", ["W102@1:6"]],
    ["args@{ a, ... }: a", ["W102@1:1"]],
    ["rec { a = 1; b = 2; }", ["W103@1:1"]],
    ["x: with x; 1", ["W104@1:4"]],
  ])("finds what is wrong with %s", (text, expected) => {
    expect(findingsOf(text)).toEqual(expected);
  });

  test.each([
    '[ "https://example.org" ./path ]',
    "let a = b; b = 1; in a",
    "let _ignored = 1; in 2",
    "let inherit (x) a; x = { a = 1; }; in a",
    "x: y: y",
    "{ a, ... }: a",
    "args@{ a ? 1, b ? a, ... }: args.c + b",
    "with builtins; length [ ]",
    "x: y: with x; with y; z",
    "rec { a = 1; b = a; }",
    "rec { inherit (x) y; x = 1; }",
    "{ true ? 1 }: 2 == 3",
    "let a.b = 1; a.c = 2; in a",
    "{ x }: { inherit x; }",
    "a: b: if a then b else false",
    "let __findFile = a: b: b; in <x>",
    "let n = 1; in { ${toString n} = 1; }",
    "(",
  ])("finds nothing wrong with %s", (text) => {
    const expected = text.startsWith("{ true") ? ["W004@1:3", "W102@1:3"] : [];
    expect(findingsOf(text)).toEqual(expected);
  });

  test("looks once at what many names are inherited from", () => {
    let text = "{ a = 1; b = 2; }";
    for (let depth = 0; depth < 40; depth++) text = `{ inherit (${text}) a b; }`;
    expect(findingsOf(text)).toEqual([]);
  });

  test("shows the line and counts columns in bytes", () => {
    const [finding] = examine(Buffer.from('"ä" + (let x = 1; in "")').toString("latin1"));
    expect(finding).toMatchObject({ message: "the variable 'x' is never used", line: 1, column: 13 });
  });
});
