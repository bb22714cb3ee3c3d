import { describe, expect, test } from "vitest";
import { expandSettings } from "./nix-settings.ts";

describe("expandSettings", () => {
  test("writes settings of Nix as options, and leaves out those that change nothing", () => {
    const words = ["--option", "pure-eval", "true", "--option", "restrict-eval", "false", "--option", "cores", "4"];
    expect(expandSettings(["eval", ...words, "--option", "allowed-uris", "a b", "x.nix"])).toEqual([
      "eval",
      "--pure-eval",
      "--allowed-uris",
      "a b",
      "x.nix",
    ]);
  });

  test("writes lints as options, by their older names too", () => {
    const words = ["--option", "lint-url-literals", "fatal", "--option", "warn-short-path-literals", "true"];
    expect(expandSettings(words)).toEqual(["--lint-url-literals", "fatal", "--lint-short-path-literals", "warn"]);
  });

  test("leaves an incomplete setting and everything behind -- alone", () => {
    expect(expandSettings(["--option", "pure-eval"])).toEqual(["--option", "pure-eval"]);
    expect(expandSettings(["--", "--option", "pure-eval", "true"])).toEqual(["--", "--option", "pure-eval", "true"]);
  });
});
