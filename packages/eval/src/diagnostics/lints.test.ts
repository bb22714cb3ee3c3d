import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EvaluationError } from "../evaluation-error.ts";
import { createEvaluator, type EvaluationOptions } from "../evaluator.ts";
import { createLocalEvalIO } from "../local-eval-io.ts";
import { warningCodes } from "./codes.ts";
import type { LintLevel } from "./lints.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tvix-lints-"));
  writeFileSync(join(folder, "imported.nix"), "[ dir/file ]");
  // Larger than what a parse index is asked about.
  writeFileSync(join(folder, "large.nix"), `{ a = [ ${"1 ".repeat(20_000)}]; b = dir/file; }`);
});
afterAll(() => rmSync(folder, { recursive: true }));

const io = createLocalEvalIO({ environment: {}, homeDirectory: "/home/somebody" });
const atLevel = (level: LintLevel) => ({
  urlLiterals: level,
  shortPathLiterals: level,
  absolutePathLiterals: level,
});

/** `code@line:column message` of each warning, and the error if there is one. */
function lint(text: string, options: EvaluationOptions, evaluator = createEvaluator({ io })): readonly string[] {
  const lines: string[] = [];
  const observe: EvaluationOptions["observe"] = (event) => {
    if (event.kind === "lint")
      lines.push(`${warningCodes[event.warning]}@${event.position?.line}:${event.position?.column} ${event.message}`);
  };
  try {
    evaluator.evaluate({ ...options, observe }, ({ context, expression }) =>
      context.forceDeep(expression(text, folder)),
    );
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    lines.push(`${error.kind}@${error.position?.line}:${error.position?.column} ${error.message}`);
  }
  return lines;
}

const told: readonly (readonly [text: string, code: string, warning: string, error?: string])[] = [
  [
    "[\n  https://example.org ]",
    "W001@2:3",
    'URL literals are discouraged. Consider using a string literal "https://example.org" instead (lint-url-literals)',
    'URL literals are disallowed. Consider using a string literal "https://example.org" instead (lint-url-literals)',
  ],
  [
    "[ dir/file ]",
    "W106@1:3",
    "relative path literal 'dir/file' should be prefixed with '.' for clarity: './dir/file' (lint-short-path-literals)",
  ],
  [
    "[ (dir/$" + '{"file"}) ]',
    "W106@1:4",
    "relative path literal 'dir/' should be prefixed with '.' for clarity: './dir/' (lint-short-path-literals)",
  ],
  [
    "{ a = /tmp/file; }",
    "W105@1:7",
    "absolute path literals are not portable. Consider replacing path literal '/tmp/file' by a string, relative path, or parameter (lint-absolute-path-literals)",
  ],
  [
    "~/file",
    "W105@1:1",
    "home path literals are not portable. Consider replacing path literal '~/file' by a string, relative path, or parameter (lint-absolute-path-literals)",
  ],
];
const literals = told.map(([text, code, warning, error = warning]) => ({ text, code, warning, error }));

describe("lints", () => {
  it.each(literals)("warn of $text", ({ text, code, warning }) =>
    expect(lint(text, { lints: atLevel("warn") })).toEqual([`${code} ${warning}`]),
  );

  it.each(literals)("refuse $text where it is fatal", ({ text, code, error }) =>
    expect(lint(text, { lints: atLevel("fatal") })).toEqual([`${code.replace(/^.*@/, "parse@")} ${error}`]),
  );

  it.each(literals)("say nothing of $text by default", ({ text }) => {
    expect(lint(text, {})).toEqual([]);
    expect(lint(text, { lints: atLevel("ignore") })).toEqual([]);
  });

  it.each(["./dir/file", "../file", "<nix/fetchurl.nix>", '"https://example.org"', "a: a/b", ".dir/file"])(
    "have nothing against %s",
    (text) => expect(lint(text, { lints: { ...atLevel("fatal"), shortPathLiterals: "ignore" } })).toEqual([]),
  );

  it("don't mix their levels", () => {
    const lints = { urlLiterals: "ignore", shortPathLiterals: "warn" } as const;
    expect(lint("[ x:x dir/file /tmp ]", { lints })).toHaveLength(1);
  });

  it("hold for files that are imported, in each evaluation once", () => {
    const evaluator = createEvaluator({ io, keeping: { hasRoom: () => true } });
    const text = "[ (import ./imported.nix) (import ./imported.nix) ]";
    const warned = [expect.stringMatching(/^W106@1:3/)];
    const lints = atLevel("warn");
    expect(lint(text, {}, evaluator)).toEqual([]);
    expect(lint(text, { lints, keepUnder: "a" }, evaluator)).toEqual(warned);
    expect(lint(text, { lints, keepUnder: "a" }, evaluator)).toEqual(warned);
    expect(lint(text, { lints: atLevel("fatal") }, evaluator)).toEqual([expect.stringMatching(/^parse@1:3/)]);
    expect(lint(text, {}, evaluator)).toEqual([]);
  });

  it("look at all of a file that is known to be right", () => {
    const trees = new Map<string, Uint8Array>();
    const parseIndex = {
      find: (text: Uint8Array) => trees.get(String(text)),
      add: (text: Uint8Array, _: string, tree: Uint8Array) => void trees.set(String(text), tree),
      flush() {},
    };
    const evaluator = createEvaluator({ io, parseIndex });
    const text = "builtins.attrNames (import ./large.nix)";
    expect(lint(text, {}, evaluator)).toEqual([]);
    expect(trees.size).toBe(1);
    const fresh = createEvaluator({ io, parseIndex });
    expect(lint(text, { lints: atLevel("warn") }, fresh)).toEqual([expect.stringMatching(/^W106/)]);
  });

  it("refuse URLs with the experimental feature that older versions of Nix have for it", () => {
    const evaluator = createEvaluator({ io, settings: { experimentalFeatures: new Set(["no-url-literals"]) } });
    expect(lint("[ x:x ]", {}, evaluator)).toEqual([expect.stringMatching(/^parse@1:3 URL literals are disallowed/)]);
  });

  it("hold for what is only parsed", () => {
    const messages: string[] = [];
    createEvaluator({ io }).showParsed("dir/file", "/", {
      lints: atLevel("warn"),
      observe: ({ message }) => messages.push(message),
    });
    expect(messages).toHaveLength(1);
  });
});
