import { describe, expect, test } from "vitest";
import { type Paint, renderDiagnostic } from "./render-diagnostic.ts";

const plain: Paint = {
  hasColours: false,
  error: (text) => text,
  warning: (text) => text,
  location: (text) => text,
  faint: (text) => text,
};

function position(text: string, column: number) {
  return { file: "/x/a.nix", line: 12, column, sourceLine: new TextEncoder().encode(text) };
}

describe("renderDiagnostic", () => {
  test("puts the caret below the column, which counts bytes", () => {
    const text = renderDiagnostic(
      {
        severity: 1,
        code: "E010",
        message: "undefined variable 'y'",
        suggestions: [],
        position: position('"äö" + y', 10),
        frames: [],
      },
      plain,
    );
    expect(text).toBe(
      [
        "error[E010]: undefined variable 'y'",
        "  at /x/a.nix:12:10:",
        '    12 | "äö" + y',
        "       |        ^",
        "",
      ].join("\n"),
    );
  });

  test("keeps tabs before the caret", () => {
    const text = renderDiagnostic(
      { severity: 2, code: "", message: "m", suggestions: [], position: position("\tx", 2), frames: [] },
      plain,
    );
    expect(text.split("\n").slice(2)).toEqual(["    12 | \tx", "       | \t^", ""]);
    expect(text).toMatch(/^warning: m\n/);
  });

  test("shows only the neighbourhood of the column in a long line", () => {
    const line = `${"a".repeat(5000)}!${"b".repeat(5000)}`;
    const rendered = renderDiagnostic(
      { severity: 1, code: "", message: "m", suggestions: [], position: position(line, 5001), frames: [] },
      plain,
    );
    const [, , shown = "", caret = ""] = rendered.split("\n");
    expect(shown.length).toBeLessThan(150);
    expect(shown[caret.indexOf("^")]).toBe("!");
  });

  test("offers the names that may have been meant", () => {
    const text = renderDiagnostic(
      { severity: 1, code: "", message: "m", suggestions: ["a", "b", "c"], frames: [] },
      plain,
    );
    expect(text).toBe("error: m\n  did you mean a, b or c?\n");
  });

  test("lists the frames with their places", () => {
    const frames = [{ message: "while calling f", position: position("f 1", 1) }, { message: "from the top" }];
    expect(renderDiagnostic({ severity: 1, code: "", message: "m", suggestions: [], frames }, plain)).toBe(
      [
        "error: m",
        "  … while calling f",
        "  at /x/a.nix:12:1:",
        "    12 | f 1",
        "       | ^",
        "  … from the top",
        "",
      ].join("\n"),
    );
  });

  const coloured = { severity: 1, code: "", message: "a\x1b[31mb\x1b[2Jc\rd\ne", suggestions: [], frames: [] };

  test("lets colours of a message reach the terminal, and nothing else", () => {
    const rendered = renderDiagnostic(coloured, { ...plain, hasColours: true });
    expect(rendered).toBe("error: a\x1b[31mb\ufffd[2Jc\ufffdd\ne\n");
  });

  test("leaves colours of a message out where there are none", () => {
    expect(renderDiagnostic(coloured, plain)).toBe("error: ab\ufffd[2Jc\ufffdd\ne\n");
  });

  test("lets no control character of a source line reach the terminal", () => {
    const rendered = renderDiagnostic(
      { severity: 1, code: "", message: "m", suggestions: [], position: position("a\x1b[31mb", 1), frames: [] },
      plain,
    );
    expect(rendered).not.toContain("\x1b");
  });
});
