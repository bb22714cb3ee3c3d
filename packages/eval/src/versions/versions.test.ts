import { describe, expect, it } from "vitest";
import { compareVersions } from "./compare-versions.ts";
import { parseDrvName } from "./parse-drv-name.ts";
import { splitVersion } from "./split-version.ts";

describe("splitVersion", () => {
  it.each([
    ["1.2.3", ["1", "2", "3"]],
    ["2.3.1pre4", ["2", "3", "1", "pre", "4"]],
    ["1..2", ["1", "2"]],
    ["", []],
    [".", []],
    ["-", []],
    ["a-b.c", ["a", "b", "c"]],
    ["1.2-pre_1", ["1", "2", "pre_", "1"]],
    ["1a2b", ["1", "a", "2", "b"]],
    [".1.", ["1"]],
    ["1.-2", ["1", "2"]],
    ["+1.2+3", ["+", "1", "2", "+", "3"]],
  ])("splitVersion %j", (version, expected) => {
    expect(splitVersion(version)).toEqual(expected);
  });
});

describe("compareVersions", () => {
  it.each([
    ["1.0", "2.3", -1],
    ["2.3", "2.3", 0],
    ["2.5", "2.3", 1],
    ["2.3.1", "2.3a", 1],
    ["2.3pre1", "2.3", -1],
    ["2.3pre3", "2.3pre12", -1],
    ["2.3a", "2.3c", -1],
    ["2.3pre1", "2.3c", -1],
    ["", "1", -1],
    ["", "a", -1],
    ["", "pre", 1],
    ["1.0", "1.00", 0],
    ["1.0", "1", 1],
    ["1.", "1", 0],
    ["-", "", 0],
    ["1-1", "1.1", 0],
    ["4294967296", "1", -1],
    ["99999999999999999999", "a", -1],
    ["99999999999999999999", "99999999999999999998", 1],
    ["2147483648", "2147483647", -1],
    ["9223372036854775808", "2", -1],
    ["a", "4294967296", 1],
  ])("compareVersions %j %j is %i, and the other way round the opposite", (left, right, expected) => {
    expect(compareVersions(left, right)).toBe(expected);
    expect(compareVersions(right, left)).toBe(expected === 0 ? 0 : -expected);
  });
});

describe("parseDrvName", () => {
  it.each([
    ["nix-0.12pre12876", "nix", "0.12pre12876"],
    ["hello", "hello", ""],
    ["a-b-c", "a-b-c", ""],
    ["a--1", "a", "-1"],
    ["-1", "", "1"],
    ["1-2", "1", "2"],
    ["", "", ""],
    ["-", "-", ""],
    ["a-", "a-", ""],
    ["a-.1", "a", ".1"],
    ["x-_1", "x", "_1"],
    ["gcc-4.9-wrapper", "gcc", "4.9-wrapper"],
    ["foo-\xc3\xa9", "foo", "\xc3\xa9"],
    ["--", "", "-"],
  ])("parseDrvName %j", (fullName, name, version) => {
    expect(parseDrvName(fullName)).toEqual({ name, version });
  });
});
