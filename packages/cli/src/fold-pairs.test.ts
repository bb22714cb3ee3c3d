import { describe, expect, test } from "vitest";
import { foldPairs } from "./fold-pairs.ts";

describe("foldPairs", () => {
  test("joins the name and the value of --arg and --argstr, whatever they look like", () => {
    expect(foldPairs(["eval", "--arg", "x", "-1", "--argstr", "y", "--arg", "z"])).toEqual([
      "eval",
      "--arg",
      "x\0-1",
      "--argstr",
      "y\0--arg",
      "z",
    ]);
  });

  test("leaves an incomplete pair and everything behind -- alone", () => {
    expect(foldPairs(["--arg", "x"])).toEqual(["--arg", "x"]);
    expect(foldPairs(["--", "--arg", "x", "1"])).toEqual(["--", "--arg", "x", "1"]);
  });
});
