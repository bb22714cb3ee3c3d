import { describe, expect, it } from "vitest";
import { parseToml } from "./parse-toml.ts";
import { TomlError } from "./toml-error.ts";
import { TomlTimestamp, type TomlValue } from "./toml-value.ts";

/** Tables as objects, timestamps as their texts, floats in a list of their own. */
function plain(value: TomlValue): unknown {
  if (value instanceof TomlTimestamp) return value.text;
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, member]) => [key, plain(member)]));
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "number" ? { float: value } : value;
}

function parse(text: string): unknown {
  return plain(parseToml(Buffer.from(text).toString("latin1")));
}

describe("parseToml", () => {
  it.each([
    ["", {}],
    ["\ufeffa = 1 # c\r\n\n  b=2", { a: 1n, b: 2n }],
    ["a.b.c = 1\na . \"d\" = 2\n'e.f' = 3", { a: { b: { c: 1n }, d: 2n }, "e.f": 3n }],
    ["1.2 = 3\ntrue = 4\n- = 5", { "1": { "2": 3n }, true: 4n, "-": 5n }],
    ["[a.b]\nc = 1\n[a]\nd = 2\n[a.e]", { a: { b: { c: 1n }, d: 2n, e: {} } }],
    ["[a]\nb.c = 1\n[a.b.d]\ne = 2", { a: { b: { c: 1n, d: { e: 2n } } } }],
    ["[[a]]\n[a.b]\nc = 1\n[[a]]\n[a.b]\nc = 2\n[[a.d]]", { a: [{ b: { c: 1n } }, { b: { c: 2n }, d: [{}] }] }],
    ["a = { b.c = 1, b.d = [ { } ] }", { a: { b: { c: 1n, d: [{}] } } }],
    ["a = [\n 1, # one\n [2, 'x'],\n]", { a: [1n, [2n, "x"]] }],
    ["a = [ +99, -0, 1_000, 0xdead_BEEF, 0o17, 0b101 ]", { a: [99n, 0n, 1000n, 0xdeadbeefn, 15n, 5n] }],
    ["a = [ -9223372036854775808, 9223372036854775807 ]", { a: [-(2n ** 63n), 2n ** 63n - 1n] }],
    ["a = [ 1.5, -2E-2, 6e05, 1_0.0_1 ]", { a: [1.5, -0.02, 600000, 10.01].map((float) => ({ float })) }],
    ["a = [ inf, -inf, +nan ]", { a: [Infinity, -Infinity, Number.NaN].map((float) => ({ float })) }],
    ["a = [ true, false ]", { a: [true, false] }],
    ['a = "\\b\\t\\n\\f\\r\\"\\\\"\nb = \'c:\\d\'', { a: '\b\t\n\f\r"\\', b: "c:\\d" }],
    ['a = "\\u0000\\U00000041"', { a: "\0A" }],
    ['a = """\n x\\\n\n   y\n"""', { a: " xy\n" }],
    ['a = """"x"""""', { a: '"x""' }],
    ["a = '''\r\n'x'\\\r\n'''", { a: "'x'\\\r\n" }],
  ])("reads %j", (text, expected) => expect(parse(text)).toEqual(expected));

  it("keeps strings as bytes", () => {
    expect(parse('"ä" = "é \\u00e9"')).toEqual({ "\xc3\xa4": "\xc3\xa9 \xc3\xa9" });
  });

  it.each([
    ["1979-05-27", "1979-05-27"],
    ["2000-02-29", "2000-02-29"],
    ["07:32:00", "07:32:00"],
    ["23:59:60", "23:59:60"],
    ["1979-05-27t07:32:00z", "1979-05-27T07:32:00Z"],
    ["1979-05-27 07:32:00-07:30", "1979-05-27T07:32:00-07:30"],
    ["1979-05-27T07:32:00+00:00", "1979-05-27T07:32:00Z"],
    ["07:32:00.000", "07:32:00"],
    ["07:32:00.1", "07:32:00.100"],
    ["07:32:00.1000", "07:32:00.100"],
    ["07:32:00.0001", "07:32:00.000100"],
    ["07:32:00.123456", "07:32:00.123456"],
    ["07:32:00.1234567", "07:32:00.123456700"],
    ["07:32:00.1234567899", "07:32:00.123456789"],
  ])("shows the time %s as %s", (text, shown) => expect(parse(`a = ${text} # c`)).toEqual({ a: shown }));

  it.each([
    ["a = 1 b = 2", "line 1, column 7: expected the end of the line"],
    ["\n a", "line 2, column 3: expected '='"],
    ["a =\n1", "line 1, column 4: expected a value"],
    ["= 1", "line 1, column 1: expected a key"],
    ["a. = 1", "expected a key"],
    ['"""a""" = 1', "expected '='"],
    ["[a", "expected ']'"],
    ["[[a]", "expected ']]'"],
    ["[a]\n[a]", "line 2, column 1: 'a' is defined already"],
    ["a = 1\na = 2", "line 2, column 1: 'a' is defined already"],
    ["a.b = 1\na.b.c = 2", "'a.b' is defined already"],
    ["a.b = 1\n[a]", "'a' is defined already"],
    ["[a]\nb.c = 1\n[a.b]", "'a.b' is defined already"],
    ["[a.b.c]\n[a]\nb.d = 1", "'b' is defined already"],
    ["a = { b = 1 }\na.c = 2", "'a' is defined already"],
    ["a = { b.c = 1 }\n[a.b.d]", "'a' is defined already"],
    ["a = { b = { c = 1 }, b.d = 2 }", "'b' is defined already"],
    ["a = [ { } ]\n[[a]]", "'a' is defined already"],
    ["a = [ { } ]\n[a.b]", "'a' is defined already"],
    ["[[a]]\n[a]", "'a' is defined already"],
    ["[a]\n[[a]]", "'a' is defined already"],
    ['["x y"]\n["x y"]', "'\"x y\"' is defined already"],
    ["a = { b = 1, }", "expected a key"],
    ["a = { b = 1\n}", "expected '}'"],
    ["a = [ 1 2 ]", "expected ',' or ']'"],
    ["a = [ , ]", "expected a value"],
    ["a = 9223372036854775808", "integer 9223372036854775808 is out of range"],
    ["a = 01", "'01' is no value"],
    ["a = 1__0", "'1__0' is no value"],
    ["a = +0x1", "'+0x1' is no value"],
    ["a = 1.", "'1.' is no value"],
    ["a = .5", "'.5' is no value"],
    ["a = True", "'True' is no value"],
    [`a = ${"1".repeat(100_000)}`, "a value of 100000 digits is too long"],
    ['a = "x\ny"', "line 1, column 5: a string doesn't end in its line"],
    ["a = '''x''", "line 1, column 5: a string has no end"],
    ['a = "\\e"', "a string has an escape that TOML doesn't know"],
    ['a = "\\u12"', "a string has an escape that TOML doesn't know"],
    ['a = "\\ud800"', "a string has an escape that is no character of Unicode"],
    ['a = "\\U00110000"', "a string has an escape that is no character of Unicode"],
    ['a = "\u0001"', "a string has a control character"],
    ['a = """\r"""', "a string has a control character"],
    ["# \u0001", "a comment has a control character"],
    ["a = 1\rb = 2", "expected the end of the line"],
    ["a = 1979-02-30", "there is no date 1979-02-30"],
    ["a = 1979-13-01", "there is no date 1979-13-01"],
    ["a = 24:00:00", "there is no time 24:00:00"],
    ["a = 1979-05-27T07:32", "a date has no time behind it"],
    ["a = 1979-05-27T07:32:00+24:00", "there is no offset +24:00"],
  ])("refuses %j", (text, message) => {
    expect(() => parse(text)).toThrow(TomlError);
    expect(() => parse(text)).toThrow(message);
  });

  it("refuses what isn't UTF-8", () => {
    expect(() => parseToml("a = '\xff'")).toThrow("line 1, column 6: the text is not UTF-8");
  });

  it("takes long texts", () => {
    const text = `a = """\\\n${" \n".repeat(1_000_000)}"""\nb = [${"1,".repeat(200_000)}]`;
    expect(parseToml(text).get("a")).toBe("");
  });
});
