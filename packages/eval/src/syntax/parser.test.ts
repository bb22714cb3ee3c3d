import { describe, expect, it } from "vitest";
import { formatGeneral } from "../number-format/format-general.ts";
import { decodeByteString } from "../values/byte-string.ts";
import { resolvePathLiteral } from "../values/canonical-path.ts";
import { NixError } from "../values/nix-error.ts";
import { parse } from "./parser.ts";
import { PositionTable } from "./position-table.ts";
import { showNode } from "./show-node.ts";

function show(text: string, pipeOperators = false): string {
  const root = parse(new PositionTable().add("(string)", text), { pipeOperators });
  return showNode(root, {
    resolvePath: (literal) => resolvePathLiteral(literal, "/here", () => "/home"),
    formatFloat: formatGeneral,
  });
}

function failure(text: string): string {
  const positions = new PositionTable();
  try {
    parse(positions.add("(string)", text));
  } catch (error) {
    if (!(error instanceof NixError)) throw error;
    const at = positions.resolve(error.position);
    return `${at?.line}:${at?.column}: ${decodeByteString(error.message)}`;
  }
  throw new Error(`${text} was parsed`);
}

describe("parse", () => {
  it.each([
    ["1 + 2 * 3 - 4", "(__sub (1 + (__mul 2 3)) 4)"],
    ["a -> b -> c", "(a -> (b -> c))"],
    ["a || b && c == d", "(a || (b && (c == d)))"],
    ["a // b // c ++ d", "(a // (b // (c ++ d)))"],
    ["!a == b", "((! a) == b)"],
    ["!a + b", "(! (a + b))"],
    ["-a ? b", "(((__sub 0 a)) ? b)"],
    ["a <= b", "(! (__lessThan b a))"],
    ["a >= b", "(! (__lessThan a b))"],
    ["a > b", "(__lessThan b a)"],
    ["f x.y z", "(f (x).y z)"],
    ["(f x) y", "(f x y)"],
    ["a.b.c or d.e", "(a).b.c or ((d).e)"],
    ["a or b", "(a or b)"],
    ["[ f x (g y) a.b ]", "[ (f) (x) ((g y)) ((a).b) ]"],
  ])("groups %s as %s", (text, shown) => {
    expect(show(text)).toBe(shown);
  });

  it.each([
    ["a.b/c", "/here/a.b/c"],
    ["1/2", "/here/1/2"],
    ["a/b+c", "/here/a/b+c"],
    ["x:x", '"x:x"'],
    ["x: x", "(x: x)"],
    ["http://a.b/c?d=e", '"http://a.b/c?d=e"'],
    ["~/x/y", "/home/x/y"],
    ["<a/b>", '(__findFile __nixPath "a/b")'],
    ["./a/${b}/c", '(/here/a/ + b + "/c")'],
    ["/${a}", "(/ + a)"],
    ["1.5e3", "1500"],
    [".5", "0.5"],
    ["a-b", "a-b"],
    ["a -b", "(__sub a b)"],
    ["a'b_c", "a'b_c"],
  ])("reads %s as %s", (text, shown) => {
    expect(show(text)).toBe(shown);
  });

  it.each([
    ["{ a.b = 1; a.c = 2; }", "{ a = { b = 1; c = 2; }; }"],
    ["{ a = { b = 1; }; a.c = 2; }", "{ a = { b = 1; c = 2; }; }"],
    ["{ ${a} = 1; }", '{ "${a}" = 1; }'],
    ['{ ${"a"} = 1; }', "{ a = 1; }"],
    ["{ inherit a; inherit (b) c; }", "{ inherit a; inherit (b) c; }"],
    ["{ z = 1; inherit (c) e d; inherit b a; }", "{ inherit a b; inherit (c) d e; z = 1; }"],
    ["let inherit (b) a; inherit (c) d; in a", "(let inherit (b) a; inherit (c) d; in a)"],
    ["let { a = 1; body = a; }", "(rec { a = 1; body = a; }).body"],
    ["{ }: 1", "({  }: 1)"],
    ["{ a ? 1, ... }@b: a", "({ a ? 1, ... } @ b: a)"],
    ["b@{ a, }: a", "({ a } @ b: a)"],
    ["{ or = 1; }", "{ or = 1; }"],
  ])("reads %s as %s", (text, shown) => {
    expect(show(text)).toBe(shown);
  });

  it.each([
    ["''\n    a\n      b\n  ''", '"a\\n  b\\n"'],
    ["''  a\n  b''", '"a\\nb"'],
    ["''\n\n  a\n''", '"\\na\\n"'],
    ["''a ''${b} ''' ''\\n''", '("a " + "\\$" + "{b} " + "\'\'" + " " + "\\n")'],
    ["''\n  ${a}\n    b''", '(a + "\\n  b")'],
    ["''\t a''", '"\\t a"'],
  ])("strips the indentation of %j", (text, shown) => {
    expect(show(text)).toBe(shown);
  });

  it("reads pipes only where they are on", () => {
    expect(show("a |> b |> c", true)).toBe("(c (b a))");
    expect(show("a <| b <| c", true)).toBe("(a (b c))");
    expect(() => show("a |> b")).toThrow(/pipe-operators/);
  });

  it.each([
    ["1 +", "1:4: syntax error, unexpected end of file"],
    ["{ a = 1 }", "1:9: syntax error, unexpected '}', expecting ';'"],
    ["(1", "1:3: syntax error, unexpected end of file, expecting ')'"],
    ["1 == 2 == 3", "1:8: syntax error, unexpected '=='"],
    ["let a = 1; a = 2; in a", "1:12: attribute 'a' already defined at (string):1:5"],
    ["{ a = 1;\n  a.b = 2; }", "2:3: attribute 'a' already defined at (string):1:3"],
    ["{ a, a }: a", "1:6: duplicate formal function argument 'a'"],
    ["a@{ a }: a", "1:1: duplicate formal function argument 'a'"],
    ["let ${a} = 1; in 2", "1:1: dynamic attributes not allowed in let"],
    ["{ inherit ${a}; }", "1:11: dynamic attributes not allowed in inherit"],
    ["9223372036854775808", "1:1: invalid integer '9223372036854775808'"],
    ["./a/", "1:5: path has a trailing slash"],
    ['"\0"', "1:1: input string '␀' cannot be represented as Nix string because it contains null bytes"],
  ])("refuses %j", (text, message) => {
    expect(failure(text)).toBe(message);
  });

  it("tells where a text is nested too deeply", () => {
    expect(failure("[".repeat(10_000_000))).toMatch(/^1:\d+: stack overflow/);
  });

  it("takes bytes that are no UTF-8 as they are", () => {
    expect(show('"\xff\xfe"')).toBe('"\xff\xfe"');
  });
});
