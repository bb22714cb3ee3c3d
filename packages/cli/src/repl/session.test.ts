import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Completer } from "./completion.ts";
import { ReplSession, type ReplSessionParts } from "./session.ts";
import { openTestEvaluator, type TestEvaluator } from "./testing/open-test-evaluator.ts";
import { createRecordingView, type RecordingView } from "./testing/recording-view.ts";
import { wholeText } from "./user-text.ts";

let evaluator: TestEvaluator;
let view: RecordingView;
let session: ReplSession;

beforeAll(async () => {
  evaluator = await openTestEvaluator();
});
afterAll(() => evaluator[Symbol.asyncDispose]());

function open(parts: Partial<ReplSessionParts> = {}): void {
  view = createRecordingView();
  session = new ReplSession({ evaluator, view, directory: evaluator.folder, ...parts });
}
beforeEach(() => open());

/** What the last of the inputs shows. */
async function answer(...inputs: readonly string[]): Promise<string> {
  for (const input of inputs) {
    view.take();
    await session.run(input);
  }
  return view.take();
}

function write(name: string, text: string): string {
  const path = join(evaluator.folder, name);
  writeFileSync(path, text);
  return path;
}

describe("expressions", () => {
  test.each([
    ["1 + 1", "2\n"],
    ["{ a = 1 + 1; b.c = 2; }", "{ a = 2; b = { ... }; }\n"],
    [":p { a = 1 + 1; b.c = 2; }", "{ a = 2; b = { c = 2; }; }\n"],
    ['{ a = throw "no"; b = 2; }', "{ a = «error: no»; b = 2; }\n"],
    ["x: x", "«lambda @ «repl»:1:1»\n"],
    ['builtins.trace "seen" 1', "trace: seen\n1\n"],
    ["  # only a comment after 1\n1", "1\n"],
    ["1 # a comment at the end", "1\n"],
    ["", ""],
  ])("%j shows %j", async (input, shown) => {
    expect(await answer(input)).toBe(shown);
  });

  test("a path starts from the session's directory, and <name> is looked up", async () => {
    const found = write("found.nix", "41");
    open({ searchPath: [{ prefix: "found", path: found }] });
    expect(await answer("./a")).toBe(`${evaluator.folder}/a\n`);
    expect(await answer("import <found> + 1")).toBe("42\n");
  });

  test("a string that is no UTF-8 stays what it is", async () => {
    writeFileSync(join(evaluator.folder, "bytes"), Buffer.from([0xff, 0x41]));
    expect(await answer('builtins.stringLength "${builtins.readFile ./bytes}"')).toBe("2\n");
  });
});

describe("diagnostics", () => {
  test("point into what was typed, in its own lines and columns", async () => {
    expect(await answer("y = 1", "1 +\n  (y + nope)")).toBe(
      "error[E010]: undefined variable 'nope'\n  at «repl»:2:8:\n    2 |   (y + nope)\n      |        ^\n",
    );
    expect(await answer(":p  [ nope ]")).toContain("at «repl»:1:7:\n    1 | :p  [ nope ]\n");
    expect(await answer("x = ü nope")).toContain("    1 | x = ü nope\n");
  });

  test("point into the definition of a variable that fails later", async () => {
    const shown = await answer('broken = 1 +\n "x"', "one = 1", "one + broken");
    expect(shown).toContain('at «repl»:2:2:\n    2 |  "x"\n');
  });

  test("offer variables of the session", async () => {
    expect(await answer("firefox = 1", "firefx")).toContain("did you mean firefox?");
  });

  test("name no part of the expression that the session makes", async () => {
    open({ showTrace: true });
    const shown = await answer('f = x: x + "a"', "g = x: f x", "g 1");
    expect(shown).toContain("while calling 'g'\n  at «repl»:1:5");
    expect(shown).not.toMatch(/«string»|__tvix/);
  });

  test(":te shows what led to an error", async () => {
    const input = 'let f = x: throw x; in f "y"';
    expect(await answer(input)).not.toContain("…");
    expect(await answer(":te", input)).toContain("…");
  });

  test("an unknown command is refused", async () => {
    expect(await answer(":nope")).toBe("error: unknown command :nope (:? lists those that there are)\n");
  });
});

describe("assignments", () => {
  test("see what was there before, also under their own name", async () => {
    expect(await answer("x = 1", "x = x + 1", "x")).toBe("2\n");
  });

  test("don't change what earlier ones meant", async () => {
    expect(await answer("x = 1", "y = x", "x = 5", "[ x y ]")).toBe("[ 5 1 ]\n");
  });

  test("are not evaluated before they are needed", async () => {
    expect(await answer('x = throw "late"', "1")).toBe("1\n");
  });

  test("that are no expressions define nothing", async () => {
    expect(await answer("x = 1 )")).toContain("syntax error");
    expect(await answer("x = nope")).toContain("undefined variable 'nope'");
    expect(session.variables).toEqual(new Set());
  });

  test("may hide built-ins, but not from the session itself", async () => {
    const inputs = ["builtins = 1", "map = 2", "import = 3", ":a { a = 4; }", "[ builtins map import a ]"];
    expect(await answer(...inputs)).toBe("[ 1 2 3 4 ]\n");
  });

  test("end neither a comment nor the expression that they become part of", async () => {
    expect(await answer("x = 1 # one", "y = let a = 2; in a", "x + y")).toBe("3\n");
    expect(await answer("z = 1); in let w = (2", "w")).toContain("undefined variable 'w'");
  });

  test("by the hundred are no deeper than one", async () => {
    await session.run("x = 0");
    for (let count = 0; count < 300; count++) await session.run("x = x + 1");
    expect(await answer("x")).toBe("300\n");
  }, 120_000);
});

describe(":a", () => {
  test("adds variables that hide earlier ones and built-ins", async () => {
    expect(await answer("x = 1", "s = { x = 2; map = 3; }", ":a s")).toBe("Added 2 variables.\n");
    expect(await answer("[ x map ]")).toBe("[ 2 3 ]\n");
    expect(await answer("x = 4", "[ x map ]")).toBe("[ 4 3 ]\n");
  });

  test("leaves out names that no variable can have", async () => {
    expect(await answer(':a { "a b" = 1; "if" = 2; c = 3; }', "c")).toBe("3\n");
  });

  test("refuses what is no set", async () => {
    expect(await answer(":a 1")).toBe("error[E006]: value is an integer while a set was expected\n");
  });
});

describe(":l and :r", () => {
  test("add the attributes of a file, as it is now", async () => {
    write("lib.nix", "rec { one = 1; two = one + 1; }");
    expect(await answer(":l lib.nix")).toBe("Added 2 variables.\n");
    expect(await answer("two")).toBe("2\n");
    write("lib.nix", "{ three = 3; }");
    expect(await answer(":r")).toBe(`Loading ${evaluator.folder}/lib.nix\nAdded 1 variables.\n`);
    expect(await answer("three")).toBe("3\n");
    expect(await answer("two")).toContain("undefined variable 'two'");
  });

  test("call a file that is a function with the arguments that it takes", async () => {
    const text = wholeText("1 + 1", "«--arg x»");
    open({
      fileArguments: [
        { name: "x", value: text },
        { name: "s", value: 'a"${b}' },
      ],
    });
    write("function.nix", "{ x, y ? 10 }: { sum = x + y; }");
    write("open.nix", "{ x, ... }@all: { got = all; }");
    write("plain.nix", "x: x");
    write("functor.nix", "{ __functor = self: { s }: { inherit s; }; }");
    expect(await answer(":l function.nix", "sum")).toBe("12\n");
    expect(await answer(":l open.nix", "got")).toBe('{ s = "a\\"${b}"; x = 2; }\n');
    expect(await answer(":l functor.nix", "s")).toBe('"a\\"${b}"\n');
    expect(await answer(":l plain.nix")).toContain("error[E006]:");
  });

  test("load a directory and a path with blanks, from <name> too", async () => {
    mkdirSync(join(evaluator.folder, "a dir"));
    write("a dir/default.nix", "{ here = 1; }");
    open({ searchPath: [{ prefix: "d", path: join(evaluator.folder, "a dir") }] });
    expect(await answer(":l ./a dir", "here")).toBe("1\n");
    expect(await answer(":l <d>")).toBe("Added 1 variables.\n");
  });

  test("a file that can't be loaded is tried again by :r, and the others are loaded", async () => {
    write("good.nix", "{ good = 1; }");
    write("bad.nix", "{");
    expect(await answer(":l bad.nix")).toContain("bad.nix:1:2");
    expect(await answer(":l good.nix", ":r", "good")).toBe("1\n");
    write("bad.nix", "{ bad = 2; }");
    expect(await answer(":r", "bad + good")).toBe("3\n");
  });
});

describe(":t, :d and :doc", () => {
  test.each([
    [":t 1", "an integer\n"],
    [":t map", "the built-in function 'map'\n"],
    [":d { b = 1; a = 2; }", "a set of 2 attributes\n  a b\n"],
    [":d [ 1 ]", "a list of 1 element\n"],
    [':d "abc"', "a string of 3 bytes\n"],
    [":d { x, y ? 1 }: x", "a function of a set: x, y?\n  at «repl»:1:4\n"],
    [":d null", "null\n"],
    [":d 1.5", "a float: 1.5\n"],
    [":doc builtins.map", "builtins.map function list\n  What a function makes of each element.\n"],
    [":doc (x: x)", "error: only built-ins are explained; this is a function\n"],
    [":doc builtins.storeDir", "builtins.storeDir\n  The directory of the store, /nix/store.\n"],
  ])("%s", async (input, shown) => {
    expect(await answer(input)).toBe(shown);
  });

  test(":doc explains a built-in under any name, and no variable that hides one", async () => {
    expect(await answer("mine = builtins.head", ":doc mine")).toContain("builtins.head list\n");
    expect(await answer("map = 1", ":doc map")).toContain("this is an integer");
  });

  test(":d shows the paths of a derivation", async () => {
    const shown = await answer(':d derivation { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }');
    expect(shown).toMatch(
      /^the derivation x\n {2}drvPath {2}\/nix\/store\/\w{32}-x\.drv\n {2}system {3}s\n {2}out {6}\/nix\/store\/\w{32}-x\n {2}dev {6}\/nix\/store\/\w{32}-x-dev\n$/,
    );
  });
});

describe(":b", () => {
  test("builds with its log and prints all outputs", async () => {
    const builder = 'system = builtins.currentSystem; builder = "/bin/sh"; outputs = [ "out" "dev" ];';
    const args = 'args = [ "-c" "echo working; echo > $out; echo > $dev" ];';
    const shown = await answer(`pkg = derivation { name = "built"; ${builder} ${args} }`, ":b pkg");
    expect(shown).toContain("log: working\n");
    expect(shown).toMatch(/ {2}out -> \/nix\/store\/\w{32}-built\n {2}dev -> \/nix\/store\/\w{32}-built-dev\n$/);
  });

  test("refuses what is no derivation", async () => {
    expect(await answer(":b 1")).toContain("does not evaluate to a derivation");
  });
});

describe("incomplete inputs", () => {
  test.each(["(1", "1 +", "let x = 1;", "{ a = [", '"abc', "''abc", ":p {", "x =", "x = [", ":a {", ":t", "a: "])(
    "%j wants more",
    async (input) => {
      expect(await session.run(input)).toBe("incomplete");
      expect(view.take()).toBe("");
      session.giveUp();
      expect(view.take()).toContain("error[E015]: syntax error, unexpected end of file");
    },
  );

  test("a file that ends too early is no incomplete input", async () => {
    write("short.nix", "{ a =");
    expect(await session.run("import ./short.nix")).toBe("failed");
    expect(view.take()).toContain("short.nix:1:");
  });
});

describe("interruption", () => {
  test("stops an endless evaluation and leaves the session as it was", async () => {
    const endless =
      "builtins.foldl' (a: b: a + b) 0 (builtins.genList (x: builtins.length (builtins.genList (y: y) x)) 100000000)";
    await session.run("x = 1");
    const controller = new AbortController();
    const running = session.run(endless, controller.signal);
    setTimeout(() => controller.abort(new Error("enough")), 300);
    await expect(running).rejects.toThrow("enough");
    expect(await answer("x")).toBe("1\n");
  });
});

describe("completion", () => {
  const signal = new AbortController().signal;
  async function complete(line: string): Promise<readonly string[]> {
    return (await new Completer(session, evaluator.folder).complete(line, signal)).candidates;
  }

  test("offers attributes, quoted where they must be", async () => {
    await session.run('pkgs = { hello = 1; help = { "a b" = 1; }; zlib = 2; }');
    expect(await complete("[ pkgs.he")).toEqual(["hello", "help"]);
    expect(await complete("pkgs.help.")).toEqual(['"a b"']);
    expect(await complete('"${pkgs.z')).toEqual(["zlib"]);
    expect(await complete("builtins.attrN")).toEqual(["attrNames"]);
  });

  test("offers nothing where an evaluation fails, and shows nothing of it", async () => {
    await session.run('broken = builtins.trace "seen" (throw "x")');
    view.take();
    expect(await complete("broken.a")).toEqual([]);
    expect(view.take()).toBe("");
  });

  test("offers variables, global built-ins and keywords", async () => {
    await session.run("install = 1");
    expect(await complete("1 + in")).toEqual(["in", "inherit", "install"]);
    expect(await complete("toS")).toEqual(["toString"]);
    expect(await complete("attrN")).toEqual([]);
  });

  test("offers commands and paths", async () => {
    mkdirSync(join(evaluator.folder, "sub"), { recursive: true });
    write("sub/file.nix", "1");
    write("sub/.hidden", "1");
    expect(await complete(":d")).toEqual([":d ", ":doc "]);
    expect(await complete(":l su")).toEqual(["sub/"]);
    expect(await complete("import ./sub/")).toEqual(["./sub/file.nix"]);
    expect(await complete(`[${evaluator.folder}/sub/f`)).toEqual([`${evaluator.folder}/sub/file.nix`]);
    expect(await complete("./none/x")).toEqual([]);
  });

  test("knows what an assignment has changed", async () => {
    const completer = new Completer(session, evaluator.folder);
    await session.run("s = { one = 1; }");
    expect((await completer.complete("s.", signal)).candidates).toEqual(["one"]);
    await session.run("s = { two = 2; }");
    expect((await completer.complete("s.", signal)).candidates).toEqual(["two"]);
  });
});
