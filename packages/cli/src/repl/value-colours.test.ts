import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { colourValue } from "./value-colours.ts";

describe("colourValue", () => {
  test.each([
    '{ true = 1; "a b" = "x = \\"1\\""; c = [ null -1.5 /a/b «lambda @ «repl»:1:1» «error: x» ]; }',
    "true",
    "e1",
  ])("changes nothing of %s but its colours", (printed) => {
    expect(stripVTControlCharacters(colourValue(printed))).toBe(printed);
  });

  test("colours values, not names", () => {
    expect(colourValue("{ true = true; }")).toBe("{ true = \u001b[1m\u001b[36mtrue\u001b[39m\u001b[22m; }");
  });

  test("lets no control character of a value reach the terminal", () => {
    expect(stripVTControlCharacters(colourValue('"a\u001b[2Jb"'))).toBe('"a\ufffd[2Jb"');
  });
});
