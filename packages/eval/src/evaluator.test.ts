import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { BuiltinContext } from "./builtins/builtin-context.ts";
import { EvaluationError } from "./evaluation-error.ts";
import { createEvaluator } from "./evaluator.ts";
import { createLocalEvalIO } from "./local-eval-io.ts";
import type { EvaluationEvent } from "./run/machine.ts";
import { evaluateAndPrint } from "./test-evaluator.ts";
import { makeAttrs } from "./values/attrs.ts";
import { ContextElement, contextElements } from "./values/context.ts";
import { contextOf, type Lazy, makeString, textOf } from "./values/value.ts";

function failure(run: () => unknown): EvaluationError {
  try {
    run();
  } catch (error) {
    if (error instanceof EvaluationError) return error;
    throw error;
  }
  throw new Error("nothing failed");
}

const io = createLocalEvalIO({ environment: { SET: "ä" }, homeDirectory: "/home/somebody" });

describe("evaluate", () => {
  it.each([
    ["endless calls", "let f = n: 1 + f (n + 1); in f 0"],
    ["endless data", "let f = n: { a = f (n + 1); }; in f 0"],
    ["endless coercion", 'let s = { __toString = s: s; }; in "${s}"'],
    ["endless comparison", "let a = [ b ]; b = [ a ]; in a == b"],
    ["an endless functor", "let r = { __functor = r; }; in r 1"],
    ["a million parentheses", `${"(".repeat(1_000_000)}1`],
  ])("ends %s with a stack overflow, and works on afterwards", (_, text) => {
    const evaluator = createEvaluator({ io });
    const run = (source: string) =>
      evaluator.evaluate({}, ({ expression, context }) => context.forceDeep(expression(source, "/")));
    expect(failure(() => run(text))).toMatchObject({
      kind: "stack-overflow",
      message: "stack overflow; max-call-depth exceeded",
    });
    expect(run("1 + 1")).toBe(2);
  });

  it("a string that grows without bounds is an error with a place", () => {
    const text = 'let f = s: n: if n == 0 then s else f (s + s) (n - 1); in builtins.stringLength (f "abcdefgh" 40)';
    expect(failure(() => evaluateAndPrint(text))).toMatchObject({
      message: "a string would be longer than the 512 MiB it can be",
      position: { line: 1 },
    });
  });

  it("counts calls up to the depth that was asked for", () => {
    const text = "let f = n: if n == 0 then 0 else f (n - 1); in f 50";
    expect(evaluateAndPrint(text, {}, { maxCallDepth: 100 })).toBe("0");
    expect(failure(() => evaluateAndPrint(text, {}, { maxCallDepth: 50 })).kind).toBe("stack-overflow");
  });

  it("a stack overflow can't be caught by the program", () => {
    const text = "builtins.tryEval (let f = n: 1 + f n; in f 0)";
    expect(failure(() => evaluateAndPrint(text)).kind).toBe("stack-overflow");
  });

  it("a value that needs itself is an infinite recursion, with a place", () => {
    const error = failure(() => evaluateAndPrint("let\n  x = y;\n  y = x + 1;\nin x"));
    expect(error).toMatchObject({ kind: "infinite-recursion", message: "infinite recursion encountered" });
  });

  it("a thunk that was made while its variable was computed gets the value", () => {
    expect(evaluateAndPrint("let f = a: { y = a; n = 1; }; x = f x; in x.y.y.n")).toBe("1");
  });

  it("what failed can be asked for again and fails again", () => {
    const text = "let x = throw ''no''; in [ (builtins.tryEval x).success (builtins.tryEval x).success ]";
    expect(evaluateAndPrint(text)).toBe("[ false false ]");
  });

  it("tells warnings and traces to the observer, in order", () => {
    const events: EvaluationEvent[] = [];
    evaluateAndPrint(
      'builtins.trace [ 1 (1 + 1) ] (builtins.warn "w" 1)',
      {},
      { observe: (event) => events.push(event) },
    );
    expect(events).toEqual([
      { kind: "trace", message: "[ 1 <CODE> ]" },
      { kind: "warning", message: "w" },
    ]);
  });

  it("a home directory is refused where there is none", () => {
    const settings = { forbidsHomePaths: true };
    const error = failure(() => evaluateAndPrint("[\n  (_: ~/file) ]", { settings }));
    expect(error).toMatchObject({ kind: "restricted", position: { line: 2, column: 7 } });
    expect(error.message).toBe("the path '~/file' can not be resolved in pure mode");
    expect(evaluateAndPrint("./file", { settings })).toBe("/somewhere/file");
    expect(evaluateAndPrint("~/file")).toBe("/home/somebody/file");
  });

  it("integers overflow as the settings say", () => {
    const text = "9223372036854775807 + 1";
    expect(failure(() => evaluateAndPrint(text)).message).toBe("integer overflow in adding 9223372036854775807 + 1");
    expect(evaluateAndPrint(text, { settings: { integerOverflow: "wrap" } })).toBe("-9223372036854775808");
    expect(evaluateAndPrint("9007199254740993 * 3 / 3")).toBe("9007199254740993");
  });

  it("names what was meant, at the place where it was not found", () => {
    const error = failure(() => evaluateAndPrint("let\n  value = 1;\nin vlaue"));
    expect(error).toMatchObject({
      kind: "undefined-variable",
      message: "undefined variable 'vlaue'",
      position: { file: "«string»", line: 3, column: 4, lineText: "in vlaue" },
      suggestions: ["value"],
    });
    expect(error.format({ showTrace: false })).toBe(
      [
        "error: undefined variable 'vlaue'",
        "",
        "       at «string»:3:4:",
        "",
        "            2|   value = 1;",
        "            3| in vlaue",
        "             |    ^",
        "",
        "       Did you mean value?",
      ].join("\n"),
    );
  });

  it("keeps what was being done when it failed, innermost first", () => {
    const error = failure(() => evaluateAndPrint('let f = x: { a = throw "no"; }; in (f 1).a'));
    expect(error.frames.map((frame) => [frame.text, frame.position?.column])).toEqual([
      ["while calling the 'throw' builtin", 18],
      ["while evaluating the attribute 'a'", 14],
    ]);
    expect(error.format({ showTrace: true })).toContain("… while evaluating the attribute 'a'");
  });
});

describe("built-ins from outside", () => {
  it("get their arguments lazily and make strings with context", () => {
    const toFile = {
      name: "toFile",
      arity: 2,
      run: (context: BuiltinContext, name: Lazy, text: Lazy) => {
        const path = `/nix/store/${context.forcePlainString(name)}`;
        expect(textOf(context.coerceToString(text, { copyToStore: false, coerceMore: true }))).toBe("1 2");
        return makeString(path, new ContextElement("path", path));
      },
    };
    const evaluator = createEvaluator({ io, builtins: [toFile] });
    const value = evaluator.evaluate({}, ({ expression, context }) =>
      context.forceString(expression('"${__toFile "n" [ 1 2 ]}/x"', "/")),
    );
    expect(textOf(value)).toBe("/nix/store/n/x");
    expect(contextElements(contextOf(value)).map((element) => element.key)).toEqual(["/nix/store/n"]);
  });

  it("fail with the position of their call, catchable only by kind", () => {
    const failing = (kind: "throw" | "evaluation") => ({
      name: "fetchGit",
      arity: 1,
      run: (context: BuiltinContext) => context.fail(kind, "no network"),
    });
    const text = "(builtins.tryEval\n(fetchGit 1)).success";
    expect(evaluateAndPrint(text, { builtins: [failing("throw")] })).toBe("false");
    expect(failure(() => evaluateAndPrint(text, { builtins: [failing("evaluation")] }))).toMatchObject({
      message: "no network",
      position: { line: 2, column: 2 },
    });
  });

  it("that are missing say so", () => {
    expect(failure(() => evaluateAndPrint('builtins.toFile "a" "b"'))).toMatchObject({
      kind: "unsupported",
      message: "built-in 'toFile' is not available in this evaluator",
    });
    expect(failure(() => evaluateAndPrint("builtins.getFlake 1")).kind).toBe("missing-attribute");
  });

  it("derivation puts derivationStrict off until an output is looked at", () => {
    let calls = 0;
    const derivationStrict = {
      name: "derivationStrict",
      arity: 1,
      run: () => {
        calls++;
        return makeAttrs([
          ["drvPath", "/d"],
          ["out", "/o"],
          ["dev", "/v"],
        ]);
      },
    };
    const parts = { builtins: [derivationStrict] };
    expect(evaluateAndPrint('(derivation { name = "a"; x = throw "no"; }).type', parts)).toBe('"derivation"');
    expect(calls).toBe(0);
    const text =
      'let d = derivation { outputs = [ "out" "dev" ]; }; in [ d.outPath d.dev.outPath d.dev.outputName (map (o: o.outPath) d.all) ]';
    expect(evaluateAndPrint(text, parts)).toBe('[ "/o" "/v" "dev" [ "/o" "/v" ] ]');
    expect(calls).toBe(1);
  });
});

describe("files", () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "eval-"));
    mkdirSync(join(directory, "package"));
    writeFileSync(join(directory, "package/default.nix"), "import ./value.nix");
    writeFileSync(join(directory, "package/value.nix"), "{ here = ./.; pos = __curPos; }");
    symlinkSync("package", join(directory, "link"));
    writeFileSync(join(directory, "broken.nix"), "{\n  a = 1\n}\n");
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  const print = (text: string, options = {}) => {
    const fresh = createLocalEvalIO({ environment: { SET: "ä" }, homeDirectory: "/home/somebody" });
    return evaluateAndPrint(text, { io: fresh }, options);
  };

  it("import takes a directory's default.nix; paths are relative to the file", () => {
    expect(print(`(import ${directory}/package).here`)).toBe(`${directory}/package`);
    expect(print(`(import ${directory}/link).here`)).toBe(`${directory}/package`);
    expect(print(`(import ${directory}/package).pos`)).toBe(
      `{ column = 21; file = "${directory}/package/value.nix"; line = 1; }`,
    );
  });

  it("a syntax error in a file has its place", () => {
    expect(failure(() => print(`import ${directory}/broken.nix`))).toMatchObject({
      kind: "parse",
      position: { file: `${directory}/broken.nix`, line: 3, column: 1, lineText: "}" },
    });
  });

  it("the search path is that of the evaluation, and a miss can be caught", () => {
    const options = { searchPath: [`pkg=${directory}/package`, directory] };
    expect(print("<pkg>", options)).toBe(`${directory}/package`);
    expect(print("<pkg/value.nix>", options)).toBe(`${directory}/package/value.nix`);
    expect(print("<link>", options)).toBe(`${directory}/link`);
    expect(print("map (e: e.prefix) builtins.nixPath", options)).toBe('[ "pkg" "" ]');
    expect(print("(builtins.tryEval <nowhere>).success", options)).toBe("false");
    expect(print("builtins.isFunction (import <nix/fetchurl.nix>)")).toBe("true");
  });

  it("one evaluator serves different search paths one after the other", () => {
    const evaluator = createEvaluator({ io });
    const run = (searchPath: string[]) =>
      evaluator.evaluate({ searchPath }, ({ file, print: show, context }) => {
        const value = file(join(directory, "search.nix"));
        context.forceDeep(value);
        return show(value);
      });
    writeFileSync(join(directory, "search.nix"), "[ <x> (builtins.length builtins.nixPath) ]");
    expect(run([`x=${directory}/package`])).toBe(`[ ${directory}/package 1 ]`);
    expect(run(["y=/", `x=${directory}/link`])).toBe(`[ ${directory}/link 2 ]`);
  });

  it("a file that changed between evaluations is read again", () => {
    const file = join(directory, "changing.nix");
    const evaluator = createEvaluator({ io });
    const run = () => evaluator.evaluate({}, (evaluation) => evaluation.context.force(evaluation.file(file)));
    writeFileSync(file, "1");
    utimesSync(file, 1, 1);
    expect(run()).toBe(1);
    expect(run()).toBe(1);
    writeFileSync(file, "2");
    expect(run()).toBe(2);
  });

  it("reads directories, types, environment and what isn't there", () => {
    expect(print(`builtins.readDir ${directory}/package`)).toBe(
      '{ "default.nix" = "regular"; "value.nix" = "regular"; }',
    );
    expect(print(`map builtins.readFileType [ ${directory}/link ${directory} ]`)).toBe('[ "symlink" "directory" ]');
    expect(print('builtins.getEnv "SET" + builtins.getEnv "UNSET"')).toBe('"ä"');
    expect(print(`map builtins.pathExists [ ${directory} ${directory}/no ]`)).toBe("[ true false ]");
    expect(failure(() => print(`builtins.readFile ${directory}/no`)).message).toBe(
      `opening file '${directory}/no': No such file or directory`,
    );
  });
});

describe("autoCall and select", () => {
  const evaluator = createEvaluator({ io });
  const run = (text: string, path: string, args: [string, string][] = []) =>
    evaluator.evaluate({}, ({ expression, select, autoCall, context, print }) => {
      const values = new Map(args.map(([name, value]) => [name, expression(value, "/")]));
      const value = autoCall(select(expression(text, "/"), path, values), values);
      context.forceDeep(value);
      return print(value);
    });

  it("call functions of named arguments on the way and at the end", () => {
    expect(
      run("{ a, b ? 2 }: { c = [ 0 ({ d }: a + b + d) ]; }", "c.1", [
        ["a", "1"],
        ["d", "4"],
      ]),
    ).toBe("7");
    expect(
      run("args@{ a, ... }: args", "", [
        ["a", "1"],
        ["z", "2"],
      ]),
    ).toBe("{ a = 1; z = 2; }");
    expect(run("x: x", "")).toBe("<LAMBDA>");
    expect(run('{ "a.b".c = 1; }', '"a.b".c')).toBe("1");
  });

  it.each([
    ["{ a = 1; }", "a.b", "the expression selected by the selection path 'a.b' should be a set but is an integer"],
    ["{ abc = 1; }", "abd", "attribute 'abd' in selection path 'abd' not found"],
    ["[ 1 ]", "1", "list index 1 in selection path '1' is out of range"],
    ["{ }", "0", "the expression selected by the selection path '0' should be a list but is a set"],
  ])("%s has no %s", (text, path, message) => {
    expect(failure(() => run(text, path)).message).toBe(message);
  });

  it("an argument without a value is an error that names it", () => {
    expect(failure(() => run("{ a }: a", "")).message).toContain("an argument without a value ('a')");
  });
});
