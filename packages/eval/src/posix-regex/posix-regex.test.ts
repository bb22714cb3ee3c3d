import { describe, expect, it } from "vitest";
import { compilePosixRegex } from "./compile-posix-regex.ts";
import { PosixRegexError } from "./posix-regex-error.ts";

describe("match", () => {
  it.each<[string, string, (string | null)[] | undefined]>([
    ["", "", []],
    ["ab", "abc", undefined],
    ["a(b)(c)", "abc", ["b", "c"]],
    ["(a|ab)(c|bcd)(d*)", "abcd", ["a", "bcd", ""]],
    ["(a|ab)(bcd|c)(d*)", "abcd", ["a", "bcd", ""]],
    ["(a*)(ab)*(b*)", "abb", ["a", null, "bb"]],
    ["(a)|b", "b", [null]],
    ["((a)|(b))*", "ab", ["b", "a", "b"]],
    ["(a*)*", "aa", [""]],
    ["(a*)+", "b", undefined],
    ["(a*|b)*", "ab", [""]],
    ["(x|xy)*(z|yz)", "xyz", ["x", "yz"]],
    ["(.*)(.*)", "abc", ["abc", ""]],
    ["(a?)(ab)?", "ab", ["", "ab"]],
    ["(a{1,2}){2}", "aaa", ["a"]],
    ["(a{0,2}){2,3}", "aaa", [""]],
    ["(|a)", "a", ["a"]],
    ["((^)|b)*", "b", ["b", ""]],
    ["((^)|(b))*", "bb", ["b", "", "b"]],
    ["(^a|b)+", "ab", ["b"]],
    ["a{0}b", "b", []],
    [".", "\n", []],
    ["a^b", "a^b", undefined],
    ["a$b", "a\nb", undefined],
    ["]}", "]}", []],
    ["\\.\\[\\\\\\(\\)\\*\\+\\?\\{\\|\\^\\$", ".[\\()*+?{|^$", []],
    ["a+?", "aaa", []],
    ["a{2}{2}", "aaaa", []],
    [" *([[:upper:]]+) *", "  FOO ", ["FOO"]],
  ])("%j on %j gives %j", (pattern, subject, expected) => {
    expect(compilePosixRegex(pattern).match(subject)).toEqual(expected);
  });

  it.each([
    ["[]a]", "]a", "b["],
    ["[^]a]", "b[", "]a"],
    ["[a-]", "a-", "b"],
    ["[-a]", "a-", "b"],
    ["[a-c]", "abc", "d-"],
    ["[+--]", "+,-", "."],
    ["[\\n]", "\\n", "\n"],
    ["[[:alpha:][:digit:]_]", "aZ1_", "-\xe9"],
    ["[[:ALPHA:]]", "a", "1"],
    ["[[:w:]]", "a_1", "-"],
    ["[[:space:]]", " \t\n\v\f\r", "\x85"],
    ["[[:punct:]]", "!~@[`{", "a1 "],
    ["[[:cntrl:]]", "\x01\x7f", " \x80"],
    ["[[:xdigit:]]", "09afAF", "gG"],
    ["[[.hyphen.]a]", "-a", "b"],
    ["[[.a.]-c]", "abc", "d"],
    ["[[=a=]]", "aA", "b"],
    ["[\x80-\xff]", "\x80\xff", "a"],
    ["[\x80-a]", "\x80\xff\x01a", "b"],
    ["[^a]", "b\n\xff", "a"],
  ])("the bracket expression %j takes %j and not %j", (pattern, members, others) => {
    const regex = compilePosixRegex(pattern);
    for (const character of members) expect([character, regex.match(character)]).toEqual([character, []]);
    for (const character of others) expect([character, regex.match(character)]).toEqual([character, undefined]);
  });
});

describe("split", () => {
  function pieces(pattern: string, subject: string): unknown[] {
    const result: unknown[] = [];
    let position = 0;
    for (const { start, end, groups } of compilePosixRegex(pattern).split(subject)) {
      result.push(subject.slice(position, start), groups);
      position = end;
    }
    return [...result, subject.slice(position)];
  }

  it.each<[string, string, unknown[]]>([
    ["(a)b", "abc", ["", ["a"], "c"]],
    ["([ac])", "abc", ["", ["a"], "b", ["c"], ""]],
    ["(a)|(c)", "abc", ["", ["a", null], "b", [null, "c"], ""]],
    ["x", "abc", ["abc"]],
    ["a?(ab)?", "ab", ["", [null], "", [null], "b", [null], ""]],
    ["(a|ab)(c|bcd)?", "abcd", ["", ["a", "bcd"], ""]],
    ["(a|ab)", "ab", ["", ["ab"], ""]],
    ["a*", "baac", ["", [], "b", [], "", [], "c", [], ""]],
    ["^a", "aaa", ["", [], "aa"]],
    ["^", "aa", ["", [], "aa"]],
    ["$", "aa", ["aa", [], ""]],
    ["", "ab", ["", [], "a", [], "b", [], ""]],
    ["x*", "", ["", [], ""]],
    ["(|a)", "aa", ["", ["a"], "", ["a"], "", [""], ""]],
    ["(^a)|(b$)", "abab", ["", ["a", null], "ba", [null, "b"], ""]],
    ["[[:space:]]+", " a  b ", ["", [], "a", [], "b", [], ""]],
  ])("%j on %j gives %j", (pattern, subject, expected) => {
    expect(pieces(pattern, subject)).toEqual(expected);
  });
});

describe("invalid patterns", () => {
  it.each(
    "( ) a) (a [a [ [] [b-a] [[:foo:]] [[:alpha: [[.foo.]] [[.-.]] [a-z-9] [[:alpha:]-z] [a-[.z.]] \\ \\d \\n \\/ a\\b *a + ? a|*b (*a) ^* { {1} a{,2} a{2,1} a{} a{x} a{1 (?:a)".split(
      " ",
    ),
  )("%j is refused by name", (pattern) => {
    expect(() => compilePosixRegex(pattern)).toThrow(PosixRegexError);
    expect(() => compilePosixRegex(pattern)).toThrow(`invalid regular expression '${pattern}'`);
  });

  it.each(["(a{1000}){1000}", "a{100001}", "a{99999999999999999999}", `${"(".repeat(5000)}${")".repeat(5000)}`])(
    "a pattern too large to run is refused",
    (pattern) => {
      expect(() => compilePosixRegex(pattern)).toThrow("memory limit exceeded by regular expression");
    },
  );
});

describe("hostile input", () => {
  it.each<[string, string, (string | null)[] | undefined]>([
    ["(a+)+b", "a".repeat(20_000), undefined],
    ["(a|a)*b", "a".repeat(20_000), undefined],
    ["(a?){30}a{30}", "a".repeat(30), [""]],
    [".*.*.*=.*", "x".repeat(20_000), undefined],
    ["((a*)*(b*)*)*x", "ab".repeat(500), undefined],
    ["(.*)x", "a".repeat(5_000_000), undefined],
    ["a{0,30000}", "a".repeat(30_000), []],
    ["a".repeat(90_000), "a".repeat(90_000), []],
  ])("match doesn't run away", (pattern, subject, expected) => {
    expect(compilePosixRegex(pattern).match(subject)).toEqual(expected);
  });

  it("split doesn't run away", () => {
    expect([...compilePosixRegex("(x|xy)*z").split("xy".repeat(20_000))]).toEqual([]);
    expect([...compilePosixRegex("[a-z]+;").split("a".repeat(20_000))]).toEqual([]);
  });
});
