import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EvaluationError } from "../evaluation-error.ts";
import { createEvaluator } from "../evaluator.ts";
import { createLocalEvalIO } from "../local-eval-io.ts";
import type { ParseIndex } from "./parse-index.ts";

let directory: string;
let file: string;
let index: ParseIndex & { found: number; added: number };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tvix-parse-index-"));
  file = join(directory, "large.nix");
  const known = new Map<string, Uint32Array>();
  index = {
    found: 0,
    added: 0,
    find(text, circumstances) {
      const ranges = known.get(circumstances + text);
      if (ranges !== undefined) this.found++;
      return ranges;
    },
    add(text, circumstances, ranges) {
      this.added++;
      known.set(circumstances + text, ranges);
    },
  };
});

afterEach(() => rmSync(directory, { recursive: true }));

/** Text that makes a file long enough to be worth an index. */
const padding = `# ${"x".repeat(40_000)}\n`;

/** Evaluates with an evaluator that has parsed nothing yet. */
function evaluate(attribute: string): string {
  const io = createLocalEvalIO({ environment: {}, homeDirectory: "/" });
  return createEvaluator({ io, parseIndex: index }).evaluate({}, ({ file: load, select, context, json }) => {
    const value = select(load(file), attribute, new Map());
    context.forceDeep(value);
    return String(json(value));
  });
}

function messageOf(attribute: string): string {
  try {
    return evaluate(attribute);
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const { line, column } = error.position ?? {};
    return `${error.message} at ${line}:${column}`;
  }
}

const program = `${padding}
let
  twice = function: argument: function (function argument);
  base = rec {
    inherit (builtins) length;
    count = twice (number: number + 10) 0;
    nested = { deep = if count > 10 then { text = "count \${toString count};"; } else throw "small"; };
    nested.other = let a = 1; b = 2; in a + b + count;
    chosen = with nested; assert other == 23; [ deep.text other ];
    merged = nested.deep // { more = length [ 1 2 3 ]; };
    place = builtins.unsafeGetAttrPos "more" (nested.deep // { more = 1; });
    wrong = twice (argument: argument.absent) { present = true; };
    failing = assert (twice (x: { y = twice (z: z) x; }.y) 1) == 2; true;
  };
in base`;

describe("a file that is known from an earlier process", () => {
  it.each(["count", "nested", "chosen", "merged", "place", "wrong", "failing"])(
    "gives the same for %s as when it was parsed as a whole",
    (attribute) => {
      writeFileSync(file, program);
      const first = messageOf(attribute);
      expect(index).toMatchObject({ added: 1, found: 0 });
      expect(messageOf(attribute)).toBe(first);
      expect(index).toMatchObject({ added: 1, found: 1 });
    },
  );

  it("is parsed as a whole again when a byte of it changes, so that its errors are found", () => {
    writeFileSync(file, program);
    evaluate("count");
    writeFileSync(file, program.replace("number + 10", "number + absent"));
    expect(messageOf("nested")).toContain("undefined variable 'absent'");
    writeFileSync(file, program.replace("{ y = twice", "{ y = = twice"));
    expect(messageOf("nested")).toContain("syntax error");
    expect(index.found).toBe(0);
  });

  it("is parsed as a whole when what is known of it can't be true", () => {
    writeFileSync(file, program);
    const expected = evaluate("merged");
    index.find = () => Uint32Array.of(3, 2);
    expect(evaluate("merged")).toBe(expected);
  });

  it("is not looked up when it is short", () => {
    writeFileSync(file, program.slice(padding.length));
    evaluate("count");
    expect(index.added).toBe(0);
  });

  it("is not remembered when it has an error", () => {
    writeFileSync(file, `${padding} { a = builtins.toString (1 + 2 + 3 +); }`);
    expect(messageOf("a")).toContain("syntax error");
    expect(index.added).toBe(0);
  });
});
