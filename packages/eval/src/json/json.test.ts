import { describe, expect, it } from "vitest";
import type { JsonBuilder } from "./json-builder.ts";
import { JsonParseError } from "./json-parse-error.ts";
import { parseNixJson } from "./parse-nix-json.ts";
import { quoteJsonString } from "./quote-json-string.ts";

const tagging: JsonBuilder<unknown> = {
  null: () => null,
  boolean: (value) => value,
  integer: (value) => value,
  float: (value) => ({ float: value }),
  string: (bytes) => bytes,
  list: (elements) => elements,
  attributes: (entries) => Object.fromEntries(entries),
};

function latin1(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

describe("parseNixJson", () => {
  it.each<[string, unknown]>([
    ["1", 1],
    ["-1", -1],
    ["9223372036854775807", 9223372036854775807n],
    ["9223372036854775808", 9223372036854775808n],
    ["18446744073709551615", 18446744073709551615n],
    ["18446744073709551616", { float: 2 ** 64 }],
    ["-9223372036854775808", -9223372036854775808n],
    ["-9223372036854775809", { float: -(2 ** 63) }],
    ["1.0", { float: 1 }],
    ["1e3", { float: 1000 }],
    ["1E+2", { float: 100 }],
    ["1e-400", { float: 0 }],
    ["-0", 0],
    ["-0.0", { float: -0 }],
    [' { "a" : [ null , true , false ] , "b" : { } , "c" : [ ] } ', { a: [null, true, false], b: {}, c: [] }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['"\\/\\b\\f\\n\\r\\t\\"\\\\"', '/\b\f\n\r\t"\\'],
    ['"\\ud83d\\ude00\\u00e9\\u20ac"', latin1("😀é€")],
    [latin1('"😀é"'), latin1("😀é")],
    ["\xef\xbb\xbf1", 1],
    ["[[[]]]", [[[]]]],
  ])("reads %j", (text, expected) => {
    expect(parseNixJson(text, tagging)).toEqual(expected);
  });

  it.each([
    ["", 1, 1],
    [" ", 1, 2],
    ["01", 1, 2],
    ["1.", 1, 3],
    [".5", 1, 1],
    ["+1", 1, 1],
    ["-", 1, 2],
    ["1e", 1, 3],
    ["1E400", 1, 1],
    ["nul", 1, 1],
    ["1 2", 1, 3],
    ["[1,2,]", 1, 6],
    ["[1 2]", 1, 4],
    ['{"a":1,}', 1, 8],
    ["{a:1}", 1, 2],
    ['{"a"}', 1, 5],
    ["[", 1, 2],
    ["{", 1, 2],
    ["[1,\n  x]", 2, 3],
    ['"abc', 1, 5],
    ['"a\nb"', 1, 3],
    ['"\\x"', 1, 2],
    ['"\\u12"', 1, 2],
    ['"\\ud83d"', 1, 2],
    ['"\\ud83dx"', 1, 2],
    ['"\\ude00"', 1, 2],
    ['"\\u0000"', 1, 2],
    ['"\xff"', 1, 2],
    ['"\xed\xa0\x80"', 1, 2],
    ['"\xc3"', 1, 2],
    ['"\xf5\x80\x80\x80"', 1, 2],
    ['"\xe2\x82', 1, 2],
    ["// c\n1", 1, 1],
    ["NaN", 1, 1],
  ])("refuses %j at line %i, column %i", (text, line, column) => {
    expect(() => parseNixJson(text, tagging)).toThrow(JsonParseError);
    expect(() => parseNixJson(text, tagging)).toThrow(expect.objectContaining({ line, column }));
  });

  it("parseNixJson reads a million nested lists without exhausting the stack", () => {
    const depth = 1_000_000;
    let deepest = 0;
    const counting: JsonBuilder<number> = {
      null: () => 0,
      boolean: () => 0,
      integer: () => 0,
      float: () => 0,
      string: () => 0,
      list: ([inner = 0]) => {
        deepest = inner + 1;
        return deepest;
      },
      attributes: () => 0,
    };
    parseNixJson("[".repeat(depth) + "]".repeat(depth), counting);
    expect(deepest).toBe(depth);
  });
});

describe("quoteJsonString", () => {
  it("quoteJsonString escapes quotes, backslashes and control characters as the reference does", () => {
    expect(quoteJsonString('a\x01\x1f\x7f"\\/\b\f\n\r\t')).toBe('"a\\u0001\\u001f\x7f\\"\\\\/\\b\\f\\n\\r\\t"');
  });

  it("quoteJsonString passes UTF-8 through, and refuses what is none", () => {
    expect(quoteJsonString(latin1("é😀\u2028"))).toBe(`"${latin1("é😀\u2028")}"`);
    expect(() => quoteJsonString("ab\xc3")).toThrow("invalid UTF-8 byte 0xC3 at offset 2");
    expect(() => quoteJsonString("é\xff")).toThrow("0xE9 at offset 0");
  });
});
