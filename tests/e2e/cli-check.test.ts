import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("check");
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

mkdirSync(join(folder.path, "sub"));
writeFileSync(join(folder.path, "fine.nix"), "{ a = 1; }");
writeFileSync(join(folder.path, "sub/unused.nix"), "let\n  unused = 1;\nin import ../imported.nix\n");
writeFileSync(join(folder.path, "imported.nix"), "rec { a = 2; }");
writeFileSync(join(folder.path, "sub/wrong.nix"), "let color = 1; in colour");

const inFolder = { cwd: folder.path };
const unused = [
  "warning[W003]: the variable 'unused' is never used",
  `  at ${join(folder.path, "sub/unused.nix")}:2:3:`,
  "    2 |   unused = 1;",
  "      |   ^",
  "",
].join("\n");

describe("tvix check", () => {
  test("tells what looks wrong, and ends with 0", async () => {
    expect(await tvix.run(["check", "sub/unused.nix", "fine.nix"], inFolder)).toEqual({
      stdout: unused,
      stderr: "",
      exitCode: 0,
    });
  });

  test("--deny-warnings ends with 1 unless what there is is allowed", async () => {
    expect((await tvix.run(["check", "sub/unused.nix", "--deny-warnings"], inFolder)).exitCode).toBe(1);
    expect(await tvix.run(["check", "sub/unused.nix", "--deny-warnings", "--allow", "W003"], inFolder)).toMatchObject({
      exitCode: 0,
      stdout: "",
    });
  });

  test("checks directories, and ends with 1 if a text is wrong", async () => {
    const { exitCode, stdout } = await tvix.run(["check"], inFolder);
    expect(exitCode).toBe(1);
    expect(stdout.match(/^(error|warning)\[.*$/gm)).toEqual([
      "warning[W103]: no attribute of this rec set uses another",
      "warning[W003]: the variable 'unused' is never used",
      "warning[W003]: the variable 'color' is never used",
      "error[E010]: undefined variable 'colour'",
    ]);
    expect(stdout).toContain("did you mean color?");
  });

  test("has lints, which take the place of what it says by itself", async () => {
    const check = async (...options: readonly string[]) => {
      const input = Readable.from(["[ https://example.org dir/file ]"]);
      const { stdout, exitCode } = await tvix.run(["check", ...options, "-"], { ...inFolder, input });
      return [exitCode, ...(stdout.match(/^(error|warning)\[\w+\]/gm) ?? [])];
    };
    expect(await check()).toEqual([0, "warning[W001]"]);
    expect(await check("--lint-url-literals", "warn")).toEqual([0, "warning[W001]"]);
    expect(await check("--lint-url-literals", "ignore")).toEqual([0]);
    expect(await check("--option", "lint-short-path-literals", "warn")).toEqual([0, "warning[W001]", "warning[W106]"]);
    expect(await check("--lint-short-path-literals", "fatal")).toEqual([1, "warning[W001]", "error[E015]"]);
  });

  test("reads standard input", async () => {
    const { stdout } = await tvix.run(["check", "-"], { ...inFolder, input: Readable.from(["let in 1"]) });
    expect(stdout).toMatch(/^warning\[W010\]/);
  });
});

test("tvix eval warns of the file that it is given, if it is asked to, and of nothing that is imported", async () => {
  const words = ["eval", "sub/unused.nix", "--strict"];
  expect(await tvix.run(words, inFolder)).toEqual({ stdout: "{ a = 2; }\n", stderr: "", exitCode: 0 });
  expect(await tvix.run([...words, "--warnings"], inFolder)).toEqual({
    stdout: "{ a = 2; }\n",
    stderr: unused,
    exitCode: 0,
  });
});

describe("tvix explain", () => {
  test("prints what a code means", async () => {
    const { stdout, exitCode } = await tvix.run(["explain", "e014", "W003"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^E014: A value needs itself\n/);
    expect(stdout).toMatch(/^W003: A variable is never used\n/m);
  });

  test("lists all codes", async () => {
    expect((await tvix.run(["explain"])).stdout.split("\n").length).toBeGreaterThan(40);
  });

  test("suggests a code for one that there isn't", async () => {
    expect(await tvix.run(["explain", "E999"])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: Cannot explain E999: there is no such code/),
    });
  });
});
