import { describe, expect, test } from "vitest";
import { parseInput } from "./parse-input.ts";
import { blankedExpression, expressionOf } from "./user-text.ts";

describe("parseInput", () => {
  test.each([
    ["x = 1", "x", "1"],
    ["  x'-y=  { a = 1; }", "x'-y", "{ a = 1; }"],
    ["x = 1;", "x", "1"],
    ["x =\n  1\n", "x", "1"],
    ["x =", "x", ""],
  ])("takes %j for an assignment", (typed, name, expression) => {
    const input = parseInput(typed);
    expect(input).toMatchObject({ kind: "assignment", name });
    expect(input.kind === "assignment" && expressionOf(input.expression).trim()).toBe(expression);
  });

  test.each(["x == 1", "{ x = 1; }", "a.b = 1", "let = 1", "f { x = 1; }", '"x = 1"', "x"])(
    "takes %j for an expression",
    (typed) => {
      expect(parseInput(typed)).toMatchObject({ kind: "expression" });
    },
  );

  test.each([
    [":p  1 + 1", "p", "1 + 1"],
    [" :q", "q", ""],
    [":", "", ""],
    [":l ./a b.nix ", "l", "./a b.nix"],
    [":p\n{\n}", "p", "{\n}"],
  ])("takes %j for a command", (typed, name, argument) => {
    const input = parseInput(typed);
    expect(input).toMatchObject({ kind: "command", name });
    expect(input.kind === "command" && expressionOf(input.argument)).toBe(argument);
  });

  test("takes blanks for nothing", () => {
    expect(parseInput(" \n\t")).toEqual({ kind: "nothing" });
  });
});

describe("blankedExpression", () => {
  test("leaves each line and byte column where it was typed", () => {
    const assignment = parseInput("  x =\n\t1 + y");
    expect(assignment.kind === "assignment" && blankedExpression(assignment.expression)).toBe("     \n\t1 + y");
    const command = parseInput(":p\u00a0y");
    expect(command.kind === "command" && blankedExpression(command.argument)).toBe("    y");
  });
});
