import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";

const main = join(import.meta.dirname, "main.ts");

async function tvix(...words: readonly string[]) {
  const run = promisify(execFile)(process.execPath, [main, ...words]);
  return await run.then(
    ({ stdout, stderr }) => ({ status: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ status: code, stdout, stderr }),
  );
}

describe("runCommandLine", () => {
  test("without words, and with help, it lists the commands", async () => {
    for (const words of [[], ["help"], ["--help"]]) {
      const { status, stdout } = await tvix(...words);
      expect(status).toBe(0);
      for (const name of ["eval", "build", "store", "up", "health", "trace", "completion"])
        expect(stdout).toMatch(new RegExp(`^  ${name} `, "m"));
    }
  });

  test("help explains a command with its options", async () => {
    expect((await tvix("help", "eval")).stdout).toMatch(/--argstr <name> <string>/);
    expect((await tvix("store", "import", "--help")).stdout).toMatch(
      /--name <name>[\s\S]*^Examples:\n {2}tvix store import /m,
    );
  });

  test.each([
    [["up", "--keep-traces", "many"], "'--keep-traces <count>' argument 'many'"],
    [["eval", "--max-call-depth", "0", "-E", "1"], "'--max-call-depth <number>' argument '0'"],
    [["eval", "--option", "max-call-depth", "deep", "-E", "1"], "'--max-call-depth <number>' argument 'deep'"],
    [["trace", "--wait", "long"], "'--wait <seconds>' argument 'long'"],
  ])("%j is refused with the numbers that there may be", async (words, what) => {
    const { status, stdout, stderr } = await tvix(...words);
    expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
    expect(stderr).toMatch(/^error: option .* is invalid\. expected a (whole )?number .*from \d+ to \d+\.\n/);
    expect(stderr).toContain(what);
  });

  test.each([
    [["check", "/nowhere"], /^error: Cannot check \/nowhere: there is no such file or directory\n$/],
    [
      ["build", "--option", "max-call-depth"],
      /^error: option '--option <name> <value>' .* expected a name and a value\./,
    ],
  ])("%j is refused in words", async (words, message) => {
    expect(await tvix(...words)).toEqual({ status: 1, stdout: "", stderr: expect.stringMatching(message) });
  });

  test("an unknown command is refused, with the one that may have been meant", async () => {
    expect(await tvix("evl")).toMatchObject({
      status: 1,
      stdout: "",
      stderr: expect.stringMatching(/Did you mean eval/),
    });
  });

  test("complete suggests commands, options and their values, and files where it knows nothing", async () => {
    expect((await tvix("complete", "--", "bu")).stdout).toMatch(/^build\t/);
    expect((await tvix("complete", "--", "eval", "--js")).stdout).toMatch(/^--json\t/);
    expect((await tvix("complete", "--", "store", "i")).stdout).toMatch(/^import\t[\s\S]*^info\t/m);
    expect((await tvix("complete", "--", "up", "--log-format", "")).stdout).toMatch(/^text\t/);
    expect((await tvix("complete", "--", "eval", "./")).stdout).toBe(":0\n");
  });

  test.each(["bash", "zsh", "fish", "powershell"])("completion prints a script for %s", async (shell) => {
    const { status, stdout } = await tvix("completion", shell);
    expect(status).toBe(0);
    expect(stdout).toMatch(/tvix complete ('--'|--) /);
  });

  test.each([
    ["tvix st", "store"],
    ["tvix store im", "import"],
    ["tvix up --log-format te", "text"],
  ])("bash, without its package of completions, completes %j, however often the script is read", async (line, word) => {
    const script = `
      tvix() { "${process.execPath}" "${main}" "$@"; }
      for time in 1 2; do source /dev/stdin <<< "$(tvix completion bash)" || exit; done
      compopt() { :; }
      COMP_WORDS=(${line}) COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
      __tvix_complete
      echo "\${COMPREPLY[*]}"`;
    const { stdout, stderr } = await promisify(execFile)("bash", ["--norc", "-c", script]);
    expect({ stdout, stderr }).toEqual({ stdout: `${word}\n`, stderr: "" });
  });
});
