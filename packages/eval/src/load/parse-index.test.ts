import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EvaluationError } from "../evaluation-error.ts";
import { createEvaluator } from "../evaluator.ts";
import { isVersionInRange, type LanguageCase, readLanguageCases } from "../language-cases.ts";
import { createLocalEvalIO } from "../local-eval-io.ts";
import { byteStringFromBytes, encodeByteString } from "../values/byte-string.ts";
import type { ParseIndex } from "./parse-index.ts";

let directory: string;
let file: string;
let index: ParseIndex & { found: number; added: number };

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tvix-parse-index-"));
  file = join(directory, "large.nix");
  index = memoryIndex();
});

/** Keeps everything, and counts. */
function memoryIndex(): typeof index {
  const known = new Map<string, Uint8Array>();
  return {
    found: 0,
    added: 0,
    find(text, circumstances) {
      const tree = known.get(circumstances + byteStringFromBytes(text));
      if (tree !== undefined) this.found++;
      return tree;
    },
    add(text, circumstances, tree) {
      this.added++;
      known.set(circumstances + byteStringFromBytes(text), tree);
    },
    flush() {},
  };
}

afterEach(() => rmSync(directory, { recursive: true }));

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

const program = `let
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
    shown = assert { inherit count; inherit (base) other; a.b = rec { c = x: { y ? 1, ... }@z: [ y ]; }; } == { }; 1;
    numbers = [ 1 (-3) 4294967296 9223372036854775807 1.5e300 ];
    "1" = "a key that is a number";
    matched = ({ first ? second, second ? 2, ... }@all: first + all.third) { third = 3; };
    places = map (name: builtins.unsafeGetAttrPos name base) [ "length" "nested" "1" "place" ];
    here = __curPos;
  };
in base`;

describe("a file that is known from an earlier process", () => {
  it.each([
    "count",
    "nested",
    "chosen",
    "merged",
    "place",
    "wrong",
    "failing",
    "shown",
    "numbers",
    '"1"',
    "matched",
    "places",
    "here",
  ])("gives the same for %s as when it was parsed as a whole", (attribute) => {
    writeFileSync(file, program);
    const first = messageOf(attribute);
    expect(index).toMatchObject({ added: 1, found: 0 });
    expect(messageOf(attribute)).toBe(first);
    expect(index).toMatchObject({ added: 1, found: 1 });
  });

  it("is parsed as a whole again when a byte of it changes, so that its errors are found", () => {
    writeFileSync(file, program);
    evaluate("count");
    writeFileSync(file, program.replace("number + 10", "number + absent"));
    expect(messageOf("nested")).toContain("undefined variable 'absent'");
    writeFileSync(file, program.replace("{ y = twice", "{ y = = twice"));
    expect(messageOf("nested")).toContain("syntax error");
    expect(index.found).toBe(0);
  });

  it("is parsed when what is known of it can't be true", () => {
    writeFileSync(file, program);
    const expected = evaluate("merged");
    for (const tree of [new Uint8Array(0), new Uint8Array(11), new Uint8Array(40).fill(1)]) {
      index.find = () => tree;
      expect(evaluate("merged")).toBe(expected);
    }
  });

  it("is not remembered when it has an error", () => {
    writeFileSync(file, `{ a = builtins.toString (1 + 2 + 3 +); }`);
    expect(messageOf("a")).toContain("syntax error");
    expect(index.added).toBe(0);
  });
});

/** All that a user sees of a language case. */
function outcomeOf({ file: caseFile, lazy, versions, features }: LanguageCase, parseIndex: ParseIndex): unknown {
  const io = createLocalEvalIO({ environment: {}, homeDirectory: "/" });
  const integerOverflow = isVersionInRange([2, 8], versions) ? "wrap" : "error";
  const settings = { integerOverflow, experimentalFeatures: new Set(features) } as const;
  const events: unknown[] = [];
  const evaluator = createEvaluator({ io, parseIndex, settings });
  try {
    return evaluator.evaluate({ observe: (event) => events.push(event) }, ({ file: load, context, print }) => {
      const value = load(encodeByteString(caseFile));
      if (lazy) context.force(value);
      else context.forceDeep(value);
      return [print(value), events];
    });
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    const { message, position, suggestions, frames } = error;
    return [message, position, suggestions, frames, events];
  }
}

describe("a program of the language's test suite", () => {
  const cases = readLanguageCases().filter(({ needsStore }) => !needsStore);
  it.each(cases.map((one) => [`${one.category}/${one.name}`, one] as const))("%s", (_, one) => {
    const first = outcomeOf(one, index);
    const { added } = index;
    expect(outcomeOf(one, index)).toEqual(first);
    expect(index).toMatchObject({ added, found: added });
  });
});
