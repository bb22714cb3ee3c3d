import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runCommand } from "../compose/run-command.ts";
import { cleanEnvironment } from "./testing/daemon-process.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { Terminal } from "./testing/terminal.ts";
import { tvixProgram } from "./testing/tvix-alone.ts";

const home = makeTemporaryDirectory("repl");
let mesh: Mesh;
beforeAll(async () => {
  writeFileSync(join(home.path, "packages.nix"), "{ prefix }: { hello = prefix + 1; help = 2; zlib = 3; }");
  mesh = await startMesh();
});
afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
  home[Symbol.dispose]();
});

const environments = [
  ["an evaluator of its own", () => ({})],
  ["an evaluator daemon", () => mesh.clientEnvironment],
] as const;

const endless =
  'builtins.trace "under way" (builtins.foldl\' (a: b: a + b) 0 (builtins.genList (x: builtins.length (builtins.genList (y: y) x)) 100000000))';

describe.each(environments)("tvix repl with %s", (_, environment) => {
  function shown(terminal: Terminal, line: string | RegExp) {
    const pattern = typeof line === "string" ? new RegExp(`^${line}$`, "m") : line;
    return expect.poll(() => terminal.text(), { timeout: 60_000 }).toMatch(pattern);
  }

  function open(...words: readonly string[]): Promise<Terminal> {
    return Terminal.open([tvixProgram, "repl", ...words], {
      cwd: home.path,
      environment: cleanEnvironment({ HOME: home.path, ...environment() }),
    });
  }

  test("is typed into on a terminal: lines, TAB, Ctrl-C, Ctrl-D", async () => {
    await using terminal = await open("packages.nix", "--arg", "prefix", "40");
    await shown(terminal, "Added 3 variables\\.");
    await shown(terminal, /^tvix>$/m);

    await terminal.enter("[ hello ]");
    await shown(terminal, "\\[ 41 \\]");

    await terminal.enter("pkgs = { inherit hello help zlib; }");
    await terminal.type("pkgs.z");
    await terminal.press("Tab");
    await shown(terminal, "tvix> pkgs.zlib");
    await terminal.enter(" + 100");
    await shown(terminal, "103");

    await terminal.type("pkgs.he");
    await terminal.press("Tab");
    await shown(terminal, "tvix> pkgs.hel");
    await terminal.press("Tab");
    await shown(terminal, /^hello +help$/m);
    await terminal.press("C-c");
    await shown(terminal, "tvix> pkgs.hel\\^C");

    await terminal.enter("{ a =");
    await terminal.enter("nope; }");
    await shown(terminal, / at «repl»:2:1:\n +2 \| nope; \}\n/);

    await terminal.enter(endless);
    await shown(terminal, "trace: under way");
    await terminal.press("C-c");
    await shown(terminal, "error: interrupted");
    await terminal.enter("hello + 1000");
    await shown(terminal, "1041");

    await terminal.press("C-d");
    await shown(terminal, "ended with 0");
    expect(await terminal.text()).not.toMatch(/SIGINT|Error:|Warning/);
  });

  test("knows what was typed the last time", async () => {
    {
      await using terminal = await open();
      await shown(terminal, /^tvix>$/m);
      await terminal.enter('"remembered" + ""');
      await shown(terminal, '"remembered"');
      await terminal.enter(":q");
      await shown(terminal, "ended with 0");
    }
    expect(readFileSync(join(home.path, ".local/share/tvix-mesh/repl-history"), "utf8")).toMatch(/:q\n$/);
    await using terminal = await open();
    await shown(terminal, /^tvix>$/m);
    await terminal.press("Up");
    await shown(terminal, "tvix> :q");
    await terminal.press("Up");
    await shown(terminal, 'tvix> "remembered" \\+ ""');
  });

  async function runScript(input: string) {
    return await runCommand(tvixProgram, ["repl"], {
      cwd: home.path,
      environment: cleanEnvironment({ HOME: home.path, ...environment() }),
      input: Readable.from([input]),
      timeoutMs: 120_000,
    });
  }

  test("runs a script without a terminal", async () => {
    expect(await runScript("1+1\n")).toEqual({ exitCode: 0, stdout: "2\n", stderr: "" });
    const script = ["x = 1", "{", "  y = x;", "}", "nope", "x + 1", "(x", ""].join("\n");
    const { exitCode, stdout, stderr } = await runScript(script);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "{ y = 1; }\n2\n" });
    expect(stderr).toMatch(/undefined variable 'nope'[\s\S]*unexpected end of file/);
  });

  test("builds", async () => {
    const script = `:b derivation { name = "made"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "echo busy; echo > $out" ]; }\n`;
    const { exitCode, stdout, stderr } = await runScript(script);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^ {2}out -> \/nix\/store\/\w{32}-made\n$/),
    });
    expect(stderr).toContain("made> busy");
  });
});

test("tvix repl prints values as nix repl prints them", async () => {
  const values = [
    "[ 1 (-2) 1.5 1.0 1e300 true null ./a/b ]",
    '"a\\n\\t\\"\\\\ ü"',
    "{ a = 1; b = { c = 2; }; l = [ 1 ]; e = { }; f = [ ]; }",
    ':p { a = 1; b = { c = [ { } [ ] { d = 2; } ]; }; "x y" = map; "if" = map (x: x); }',
    'derivation { name = "x"; system = "s"; builder = "b"; }',
    ':p { d = derivation { name = "x"; system = "s"; builder = "b"; }; n.type = "derivation"; }',
    "let x = { a = 1; }; in [ x x ]",
    ":t 1",
    ":t map (x: x)",
    ':t "${builtins.toFile "a" "b"}"',
    "let a = 1;\nin a",
    "x = 1",
    "x = x + 1",
    "x",
    ":a { x = 3; map = 4; }",
    "[ x map ]",
  ];
  const input = `${values.join("\n")}\n`;
  const nix = await runCommand("nix", ["--extra-experimental-features", "nix-command", "repl"], {
    cwd: home.path,
    environment: cleanEnvironment({
      HOME: home.path,
      NIX_STORE_DIR: "/nix/store",
      NIX_REMOTE: join(home.path, "nix-store"),
    }),
    input: Readable.from([input]),
  });
  const ours = await runCommand(tvixProgram, ["repl"], {
    cwd: home.path,
    environment: cleanEnvironment({ HOME: home.path }),
    input: Readable.from([input]),
  });
  // What it reads it echoes, behind its prompts.
  const printed = stripVTControlCharacters(nix.stdout)
    .split("\n")
    .filter((line) => !/^(nix-repl>|Welcome| {10}|$)/.test(line));
  expect(ours.stdout.trimEnd().split("\n")).toEqual(printed);
});
