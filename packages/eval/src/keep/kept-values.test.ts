import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EvaluationError } from "../evaluation-error.ts";
import { createEvaluator, type EvaluationOptions, type Evaluator } from "../evaluator.ts";
import { createLocalEvalIO, type LocalEvalIO } from "../local-eval-io.ts";
import { decodeByteString, encodeByteString } from "../values/byte-string.ts";
import type { KeepingOptions } from "./kept-worlds.ts";

let folder: string;
let io: LocalEvalIO;
let evaluator: Evaluator;
/** What `builtins.tick` was called with: what was computed, and not kept. */
let ticks: string[];
const environment: Record<string, string> = {};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tvix-kept-"));
  delete environment.MOOD;
  evaluator = openEvaluator({ hasRoom: () => true });
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openEvaluator(keeping: KeepingOptions): Evaluator {
  ticks = [];
  io = createLocalEvalIO({ environment, homeDirectory: "/", copyToStore: (path) => `/nix/store/${path.length}-x` });
  return createEvaluator({
    io,
    keeping,
    settings: { currentTime: () => 7 },
    builtins: [
      {
        name: "tick",
        arity: 2,
        run(context, name, value) {
          ticks.push(context.forcePlainString(name));
          return context.force(value);
        },
      },
    ],
  });
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Waits until the next change of a file is sure to have another time. */
const settle = () => sleep(60);

function evaluate(text: string, options: EvaluationOptions = {}): string {
  io.forget();
  return evaluator.evaluate({ keepUnder: "anybody", ...options }, (evaluation) => {
    const value = evaluation.expression(encodeByteString(text), encodeByteString(folder));
    evaluation.context.forceDeep(value);
    return decodeByteString(evaluation.print(value));
  });
}

/** What is computed while `run` runs. */
function ticksOf(run: () => void): readonly string[] {
  ticks = [];
  run();
  return ticks;
}

describe("values of files", () => {
  it("are computed once while nothing changes", async () => {
    write({ "a.nix": 'builtins.tick "a" { one = builtins.tick "one" 1; two = builtins.tick "two" 2; }' });
    await settle();
    expect(ticksOf(() => expect(evaluate("(import ./a.nix).one")).toBe("1"))).toEqual(["a", "one"]);
    expect(ticksOf(() => expect(evaluate("(import ./a.nix).one")).toBe("1"))).toEqual([]);
    expect(ticksOf(() => expect(evaluate("(import ./a.nix).two")).toBe("2"))).toEqual(["two"]);
  });

  it.each([
    ["written anew", { "b/deep.nix": "2" }],
    ["of the same length", { "b/deep.nix": "3" }],
  ])("change with a file that they import deep down, %s", async (_, changed) => {
    write({ "a.nix": "import ./b", "b/default.nix": "{ x = (import ./deep.nix) + 1; }", "b/deep.nix": "1" });
    await settle();
    expect(evaluate("(import ./a.nix).x")).toBe("2");
    write(changed);
    expect(evaluate("(import ./a.nix).x")).toBe(String(Number(changed["b/deep.nix"]) + 1));
  });

  it("change with a file that is written twice at once", async () => {
    for (let round = 0; round < 20; round++) {
      write({ "a.nix": String(round % 10) });
      expect(evaluate("import ./a.nix")).toBe(String(round % 10));
    }
  });

  it("change when a file is replaced by another one", async () => {
    write({ "a.nix": "1", "b.nix": "2" });
    await settle();
    expect(evaluate("import ./a.nix")).toBe("1");
    renameSync(join(folder, "b.nix"), join(folder, "a.nix"));
    expect(evaluate("import ./a.nix")).toBe("2");
  });

  it("change when a symlink on the way leads elsewhere", async () => {
    write({ "one/a.nix": "1", "two/a.nix": "2" });
    symlinkSync("one", join(folder, "link"));
    await settle();
    expect(evaluate("import ./link/a.nix")).toBe("1");
    unlinkSync(join(folder, "link"));
    symlinkSync("two", join(folder, "link"));
    expect(evaluate("import ./link/a.nix")).toBe("2");
  });

  it.each([
    ["builtins.readFile ./text", { text: "old" }, { text: "new" }, '"old"', '"new"'],
    ["builtins.attrNames (builtins.readDir ./d)", { "d/x": "" }, { "d/y": "" }, '[ "x" ]', '[ "x" "y" ]'],
    ["builtins.pathExists ./absent", {}, { absent: "" }, "false", "true"],
    [
      'builtins.hashFile "md5" ./h',
      { h: "" },
      { h: "a" },
      '"d41d8cd98f00b204e9800998ecf8427e"',
      '"0cc175b9c0f1b6a831c399e269772661"',
    ],
    ["(builtins.tryEval <absent>).success", {}, { "absent/x": "" }, "false", "true"],
  ])("%s is looked at again", async (text, before, after, first, second) => {
    const options = { searchPath: [encodeByteString(folder)] };
    write({ "a.nix": `{ value = ${text}; }`, ...before });
    await settle();
    expect(evaluate("(import ./a.nix).value", options)).toBe(first);
    expect(ticksOf(() => evaluate("(import ./a.nix).value", options))).toEqual([]);
    write(after);
    expect(evaluate("(import ./a.nix).value", options)).toBe(second);
  });

  it("change with the environment, the search path and the time", async () => {
    write({ "a.nix": 'builtins.tick "a" [ (builtins.getEnv "MOOD") (builtins.length builtins.nixPath) ]' });
    write({ "now.nix": 'builtins.tick "now" builtins.currentTime' });
    await settle();
    expect(evaluate("import ./a.nix")).toBe('[ "" 0 ]');
    environment.MOOD = "good";
    expect(evaluate("import ./a.nix")).toBe('[ "good" 0 ]');
    expect(evaluate("import ./a.nix", { searchPath: ["/x"] })).toBe('[ "good" 1 ]');
    evaluate("import ./now.nix");
    expect(ticksOf(() => evaluate("import ./now.nix"))).toEqual(["now"]);
  });

  it("say again what they traced or warned of", async () => {
    write({ "a.nix": 'builtins.trace "heard" (builtins.warn "warned" 1)' });
    await settle();
    for (let round = 0; round < 3; round++) {
      const heard: string[] = [];
      evaluate("import ./a.nix", { observe: ({ message }) => heard.push(message) });
      expect(heard).toEqual(["heard", "warned"]);
    }
  });

  it("are not shared between evaluations that keep theirs apart", async () => {
    write({ "a.nix": 'builtins.tick "a" 1' });
    await settle();
    evaluate("import ./a.nix");
    expect(ticksOf(() => evaluate("import ./a.nix", { keepUnder: "somebody else" }))).toEqual(["a"]);
    expect(ticksOf(() => evaluate("import ./a.nix", { keepUnder: undefined }))).toEqual(["a"]);
    expect(ticksOf(() => evaluate("import ./a.nix"))).toEqual([]);
  });

  it("are forgotten when there is no room, which is told", async () => {
    const forgotten: string[] = [];
    evaluator = openEvaluator({ hasRoom: () => false, forgotten: (word) => forgotten.push(word) });
    write({ "a.nix": 'builtins.tick "a" 1' });
    await settle();
    evaluate("import ./a.nix");
    expect(forgotten).toEqual(["anybody"]);
    expect(ticksOf(() => evaluate("import ./a.nix"))).toEqual(["a"]);
  });
});

describe("failures", () => {
  const failure = (text: string): string => {
    try {
      return evaluate(text);
    } catch (error) {
      if (!(error instanceof EvaluationError)) throw error;
      return error.message;
    }
  };

  it("are failures again, and what didn't fail is kept", async () => {
    write({ "a.nix": '{ good = builtins.tick "good" 1; bad = builtins.tick "bad" (throw "no"); }' });
    await settle();
    expect(failure("let a = import ./a.nix; in a.good + a.bad")).toBe("no");
    expect(ticksOf(() => expect(failure("(import ./a.nix).bad")).toBe("no"))).toEqual(["bad"]);
    expect(ticksOf(() => expect(evaluate("(import ./a.nix).good")).toBe("1"))).toEqual([]);
  });

  it("of a missing file end when it is there", async () => {
    write({ "a.nix": "import ./missing.nix" });
    await settle();
    expect(failure("import ./a.nix")).toContain("No such file");
    write({ "missing.nix": "1" });
    expect(evaluate("import ./a.nix")).toBe("1");
  });

  it("of a file that doesn't parse end when it does", async () => {
    write({ "a.nix": "import ./b.nix", "b.nix": "1 +" });
    await settle();
    expect(failure("import ./a.nix")).toContain("syntax error");
    write({ "b.nix": "1 + 1" });
    expect(evaluate("import ./a.nix")).toBe("2");
  });

  it("of the stack leave no thunk half computed", async () => {
    write({ "a.nix": "rec { count = n: if n == 0 then 0 else 1 + count (n - 1); deep = count 200; other = deep; }" });
    await settle();
    expect(failure("(import ./a.nix).other")).toBe("200");
    write({ "a.nix": "rec { count = n: if n == 0 then 0 else 1 + count (n - 1); deep = count 90000; other = deep; }" });
    await settle();
    for (let round = 0; round < 3; round++) {
      expect(failure("(import ./a.nix).other")).toContain("stack overflow");
      expect(failure("(import ./a.nix).count 10")).toBe("10");
    }
  });

  it("that are infinite recursions stay so", async () => {
    write({ "a.nix": "rec { x = y; y = x; z = 1; }" });
    await settle();
    for (let round = 0; round < 2; round++) {
      expect(failure("(import ./a.nix).x")).toContain("infinite recursion");
      expect(evaluate("(import ./a.nix).z")).toBe("1");
    }
  });
});

describe("applications of a file's function", () => {
  const file =
    'args: builtins.tick "applied" { inherit args; list = [ (x: x) ]; at = builtins.unsafeGetAttrPos "a" args; }';

  it("to a literal are computed once", async () => {
    write({ "a.nix": file });
    await settle();
    for (const literal of ["{ }", '{ a = [ "x" 1 ./p { b.c = null; } ]; }']) {
      expect(ticksOf(() => evaluate(`(import ./a.nix ${literal}).args`))).toEqual(["applied"]);
      expect(ticksOf(() => evaluate(`(import ./a.nix ${literal}).args`))).toEqual([]);
    }
    expect(evaluate("(import ./a.nix { a = 1; }).args")).toBe("{ a = 1; }");
    expect(evaluate("(import ./a.nix { a = 2; }).args")).toBe("{ a = 2; }");
  });

  it("to what isn't written out are computed each time", async () => {
    write({ "a.nix": file });
    await settle();
    for (const argument of ["{ a = 1 + 1; }", "(x: x)", "rec { a = 1; }"]) {
      evaluate(`builtins.seq (import ./a.nix ${argument}) 1`);
      expect(ticksOf(() => evaluate(`builtins.seq (import ./a.nix ${argument}) 1`))).toEqual(["applied"]);
    }
  });

  it("show where the argument of this very request is defined", async () => {
    write({ "a.nix": file });
    await settle();
    expect(evaluate("(import ./a.nix { a = 1; }).at")).toContain("column = 19; ");
    expect(evaluate("   (import ./a.nix { a = 1; }).at")).toContain("column = 22; ");
    expect(evaluate("\n(import ./a.nix { a = 1; }).at")).toContain("line = 2; ");
    expect(evaluate("(import ./a.nix { a = 1; }).at")).toContain("column = 19; ");
  });

  it("are different ones in one evaluation", async () => {
    write({ "a.nix": file });
    await settle();
    const text = "let a = import ./a.nix { }; b = import ./a.nix { }; in [ (a.list == a.list) (a.list == b.list) ]";
    for (let round = 0; round < 3; round++) expect(evaluate(text)).toBe("[ true false ]");
  });

  it("are computed anew when what they read has changed", async () => {
    write({ "a.nix": "{ }: { x = import ./b.nix; }", "b.nix": "1" });
    await settle();
    expect(evaluate("(import ./a.nix { }).x")).toBe("1");
    write({ "b.nix": "2" });
    expect(evaluate("(import ./a.nix { }).x")).toBe("2");
  });

  it("of the request's own functions are nobody else's", () => {
    expect(evaluate('(x: builtins.tick "own" 1) { }')).toBe("1");
    expect(ticksOf(() => evaluate('(x: builtins.tick "own" 2) { }'))).toEqual(["own"]);
  });
});
