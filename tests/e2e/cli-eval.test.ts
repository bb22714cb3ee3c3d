import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { findCurrentBundle } from "../../packages/cli/src/startup/startup-bundle.ts";
import { runCommand } from "../compose/run-command.ts";
import { cleanEnvironment } from "./testing/daemon-process.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix, tvixProgram } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("eval");
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  writeFileSync(path, text);
  return path;
}

mkdirSync(join(folder.path, "sub"));
write("default.nix", "{ top = true; }");
write("sub/default.nix", "{ a.b = [ 1 2.5 ]; f = { x, y ? 2 }: [ x y ]; }");
write("function.nix", "{ x, y ? 2 }: { sum = x + y; name = y; x = x; }");
write("strings.nix", "[ \"a\\n\\t\\\"$\" ''x'' ./sub null true (x: x) builtins.add ]");

/** Words that both take, after `nix-instantiate --eval` and `tvix eval`. */
const commands: readonly (readonly string[])[] = [
  ["-E", "1 + 1"],
  ["--expr", "1", "2", '"three"'],
  ["-E", "{ a = 1; b = [ (1 + 1) ]; }"],
  ["--strict", "-E", "{ a = 1; b = [ (1 + 1) { c = x: x; } ]; }"],
  ["--strict", "--xml", "--no-location", "-E", '{ a = 1; b = [ 1.5 null "<" (x: x) ]; }'],
  ["--xml", "strings.nix", "--no-location"],
  ["--strict", "strings.nix"],
  ["--parse", "-E", "{ x ? 1, ... }@y: let z = x.z; in z.a or ./b"],
  [],
  ["sub"],
  ["sub", "function.nix", "-A", "a.b", "--strict", "-A", ""],
  ["sub/default.nix", "-A", "a.b", "--strict"],
  ["function.nix", "--arg", "x", "1 + 2", "-A", "sum"],
  ["function.nix", "--argstr", "x", "a", "--argstr", "y", "b", "-A", "sum"],
  ["function.nix", "--argstr", "y", "first", "--arg", "y", '"last"', "--arg", "x", '"z"', "-A", "name"],
  ["function.nix", "--arg", "x", "(import ./sub).a.b", "--arg", "y", "[ 1 ]", "-A", "x", "--strict"],
  ["-I", "here=sub", "-E", "(import <here>).a.b", "--strict"],
  ["-I", ".", "-E", "(import <sub>).a.b", "--strict"],
  ["<found>", "-A", "a.b", "--strict"],
  ["-E", "(import <found>).a // { a = 1; }"],
  ["-E", 'builtins.toFile "foo" "bar"'],
  ["-E", "builtins.path { path = ./sub; }"],
  ["--readonly-mode", "-E", "builtins.path { path = ./sub; }"],
  ["--readonly-mode", "-E", 'builtins.storePath "/nix/store/00000000000000000000000000000000-n"'],
  [
    "--pure-eval",
    "--strict",
    "-E",
    '[ (builtins ? currentSystem) (builtins ? currentTime) builtins.nixPath (builtins.getEnv "HOME") ]',
  ],
  ["--pure-eval", "-E", "builtins.pathExists ./sub"],
  ["--pure-eval", "sub"],
  ["--option", "pure-eval", "true", "-E", "builtins.readFile ./strings.nix"],
  ["--pure-eval", "-E", 'builtins.storePath "/nix/store/x"'],
  ["--pure-eval", "-I", "here=sub", "-E", "<here>"],
  ["--restrict-eval", "-I", "here=sub", "-E", "(import <here>).a.b", "--strict"],
  ["--restrict-eval", "-I", "here=sub", "-E", "builtins.readDir ./sub"],
  ["--restrict-eval", "-E", 'builtins.getEnv "HOME"'],
  ["--restrict-eval", "sub"],
  ["--restrict-eval", "-E", "builtins.fetchurl https://example.invalid/x"],
  ["-E", "nothing"],
  ["-E", "1 +"],
  ["no-such-file.nix"],
  ["sub", "-A", "a.nothing"],
  ["function.nix"],
];

/** What a shell says of a process that has ended by itself or by a signal. */
function statusInShell(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

describe("tvix eval", () => {
  test.each(commands.map((words) => [words.join(" "), words] as const))(
    "prints what nix-instantiate --eval prints: %s",
    async (_, words) => {
      const environment = { NIX_PATH: "found=sub", NIX_STATE_DIR: join(folder.path, "nix"), HOME: tvix.home };
      const nix = await runCommand("nix-instantiate", ["--eval", ...words], {
        cwd: folder.path,
        environment: cleanEnvironment(environment),
      });
      const ours = await tvix.run(["eval", ...words], { cwd: folder.path, environment: { NIX_PATH: "found=sub" } });
      expect({ stdout: ours.stdout, exitCode: ours.exitCode, stderr: nix.exitCode === 0 ? ours.stderr : "" }).toEqual({
        stdout: nix.stdout,
        exitCode: nix.exitCode,
        stderr: "",
      });
    },
  );

  test.each([
    ["-I", "here=/sub", "--strict", "-E", "builtins.nixPath"],
    ["-E", "[ <own> <roots> <nixpkgs/lib> ]", "--strict"],
    ["-E", "<sub>"],
    ["--pure-eval", "-E", "builtins.nixPath"],
  ])("looks up in channels as nix-instantiate does: %s %s %s", async (...words) => {
    const home = join(folder.path, "home");
    const stateDirectory = join(folder.path, "state");
    const rootChannels = join(stateDirectory, "profiles/per-user/root/channels");
    for (const path of [
      join(home, ".nix-defexpr/channels/own"),
      `${rootChannels}/roots`,
      `${rootChannels}/nixpkgs/lib`,
    ])
      mkdirSync(path, { recursive: true });
    const environment = { HOME: home, NIX_STATE_DIR: stateDirectory };
    const nix = await runCommand("nix-instantiate", ["--eval", ...words], {
      cwd: folder.path,
      environment: cleanEnvironment(environment),
    });
    const ours = await tvix.run(["eval", ...words], { cwd: folder.path, environment });
    expect([ours.exitCode, ours.stdout]).toEqual([nix.exitCode, nix.stdout]);
    const withoutChannels = async (words: readonly string[], more: Readonly<Record<string, string>> = {}) =>
      (await tvix.run(["eval", ...words, "-E", "builtins.nixPath"], { environment: { ...environment, ...more } }))
        .stdout;
    expect(await withoutChannels(["--restrict-eval"])).toBe("[ ]\n");
    expect(await withoutChannels([], { NIX_PATH: "" })).toBe("[ ]\n");
  });

  test("reads an expression from standard input", async () => {
    const input = Readable.from(["./sub + ", '"/x"']);
    expect(await tvix.run(["eval", "-"], { cwd: folder.path, input })).toMatchObject({
      stdout: `${join(folder.path, "sub/x")}\n`,
      exitCode: 0,
    });
  });

  test("says that standard input is a directory, and that words have bytes that aren't UTF-8", async () => {
    const inShell = async (script: string) => {
      return runCommand("sh", ["-c", script, "sh", tvixProgram], { environment: cleanEnvironment() });
    };
    expect(await inShell('"$1" eval - < /')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("it is a directory"),
    });
    expect(await inShell('"$1" eval -E "$(printf \'"\\377"\')"')).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringContaining("not UTF-8"),
    });
    expect(await inShell('"$1" eval -E \'"\ufffd"\'')).toMatchObject({ exitCode: 0, stdout: '"\ufffd"\n' });
  });

  test("does without a cache where no directory can be made", async () => {
    const environment = { XDG_CACHE_HOME: "/proc/nowhere" };
    const words = ["eval", "default.nix", "-A", "top"];
    expect(await tvix.run(words, { cwd: folder.path, environment })).toMatchObject({ stdout: "true\n", exitCode: 0 });
  });

  test("--json prints what nix-instantiate prints, and a newline", async () => {
    const text = '{ a = 1; b = [ 1.5 null "ü" ]; }';
    expect((await tvix.run(["eval", "--strict", "--json", "-E", text])).stdout).toBe('{"a":1,"b":[1.5,null,"ü"]}\n');
  });

  test("takes a negative number for an expression", async () => {
    expect((await tvix.run(["eval", "-E", "-1"])).stdout).toBe("-1\n");
  });

  test("--raw prints a string's bytes without a newline", async () => {
    expect((await tvix.run(["eval", "--raw", "-E", '"a\\nb"'])).stdout).toBe("a\nb");
  });

  test("traces go to standard error", async () => {
    expect(await tvix.run(["eval", "-E", 'builtins.trace "hello" 1'])).toMatchObject({
      stdout: "1\n",
      stderr: "trace: hello\n",
    });
  });

  test("an error shows message, file, line, column, the line and a caret, without colours", async () => {
    const file = write("wrong.nix", '{\n  a = "ü" + nothing;\n}\n');
    expect(await tvix.run(["eval", file, "-A", "a"])).toMatchObject({
      stdout: "",
      exitCode: 1,
      stderr: [
        "error[E010]: undefined variable 'nothing'",
        `  at ${file}:2:14:`,
        '    2 |   a = "ü" + nothing;',
        "      |             ^",
        "",
      ].join("\n"),
    });
  });

  test("--show-trace shows what led to an error", async () => {
    const words = ["eval", "-E", 'let f = x: throw ("no " + x); in f "way"'];
    const short = (await tvix.run(words)).stderr;
    const long = (await tvix.run([...words, "--show-trace"])).stderr;
    expect(short).toMatch(/^error\[E001\]: no way\n/);
    expect(long.split("\n").length).toBeGreaterThan(short.split("\n").length);
    expect(long).toMatch(/^ {2}… /m);
  });

  test("an evaluation that needs no store leaves none", async () => {
    using fresh = new LonelyTvix();
    expect((await fresh.run(["eval", "-E", "1"])).stdout).toBe("1\n");
    expect(existsSync(join(fresh.home, ".local"))).toBe(false);
  });

  test("Ctrl-C ends an endless evaluation with 130", async () => {
    const child = tvix.start(["eval", "-E", 'builtins.trace "begun" (let f = x: f (x + 1); in f 0)']);
    const ended = new Promise<number>((resolve) =>
      child.once("exit", (code, signal) => resolve(statusInShell(code, signal))),
    );
    await new Promise((resolve) => child.stderr?.once("data", resolve));
    child.kill("SIGINT");
    expect(await Promise.race([ended, setTimeout(60_000, "hangs", { ref: false })])).toBe(130);
  });

  test.skipIf(findCurrentBundle() === undefined)(
    "starts from the snapshot that was made of these sources",
    async () => {
      const child = tvix.start(["eval", "-E", 'builtins.trace "begun" (let f = x: f (x + 1); in f 0)']);
      await new Promise((resolve) => child.stderr?.once("data", resolve));
      const words = readFileSync(`/proc/${child.pid}/cmdline`, "utf8").split("\0");
      child.kill("SIGKILL");
      expect(words).toContain("--snapshot-blob");
    },
  );

  test("wrong words are explained, without a stack trace", async () => {
    for (const words of [["evl"], ["eval", "--nonsense"], ["eval", "-E"], ["eval", "-E", "1", "--json", "--xml"]]) {
      const { exitCode, stdout, stderr } = await tvix.run(words);
      expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
      expect(stderr).toMatch(/^error: /);
      expect(stderr).not.toMatch(/\n\s+at .*\.[jt]s/);
    }
  });
});
