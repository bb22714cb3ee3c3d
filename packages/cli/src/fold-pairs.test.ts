import { describe, expect, test } from "vitest";
import { foldPairs } from "./fold-pairs.ts";

describe("foldPairs", () => {
  test("joins the words of --arg and --argstr, whatever they look like, in their order", () => {
    expect(foldPairs(["eval", "--argstr", "x", "-1", "--arg", "x", "--arg", "z"])).toEqual([
      "eval",
      "--arg",
      "--argstr\0x\0-1",
      "--arg",
      "--arg\0x\0--arg",
      "z",
    ]);
  });

  test("leaves an incomplete pair and everything behind -- alone", () => {
    expect(foldPairs(["--arg", "x"])).toEqual(["--arg", "x"]);
    expect(foldPairs(["--", "--arg", "x", "1"])).toEqual(["--", "--arg", "x", "1"]);
  });
});
