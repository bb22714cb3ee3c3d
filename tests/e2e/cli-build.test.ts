import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { requireCommand } from "../compose/run-command.ts";
import { shellDerivation } from "./testing/derivations.ts";
import { Nix } from "./testing/nix.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix, tvixProgram } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("build");
const nix = new Nix();
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  nix[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

const failing = "n=0; while [ $n -lt 30 ]; do n=$((n+1)); echo line $n; done; exit 7";
writeFileSync(
  join(folder.path, "default.nix"),
  `{
    plain = ${shellDerivation("plain", "echo working; echo made > $out")};
    two = ${shellDerivation("two", "echo 1 > $out; echo 2 > $dev", 'outputs = [ "out" "dev" ];')};
    bad = ${shellDerivation("bad", failing)};
    needsBad = ${shellDerivation("needs-bad", "echo $bad > $out", `bad = ${shellDerivation("bad", failing)};`)};
    endless = ${shellDerivation("endless", "echo begun; while :; do :; done")};
    colourful = ${shellDerivation("colourful", "printf 'a\\rb \\033[2Jc\\n'; echo > $out")};
  }`,
);
const at = { cwd: folder.path };

describe("tvix build, without a mesh", () => {
  test("prints store paths on standard output, and what happens on standard error", async () => {
    expect(await tvix.run(["build", "-A", "plain", "-A", "two.dev"], at)).toEqual({
      exitCode: 0,
      stdout: expect.stringMatching(/^\/nix\/store\/\S{32}-plain\n\/nix\/store\/\S{32}-two-dev\n$/),
      stderr: expect.stringMatching(
        /^building \/nix\/store\/\S+-plain\.drv$[\s\S]*^plain> working$[\s\S]*^built \S+-plain\.drv$/m,
      ),
    });
    expect(await tvix.run(["build", "-A", "plain"], at)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("--json prints what nix build --json prints", async () => {
    const { stdout } = await tvix.run(["build", "--json", "-A", "plain"], at);
    const options = ["--impure", "--option", "sandbox", "true", "--no-link", "--json"];
    const file = join(folder.path, "default.nix");
    const judge = await nix.require("nix", "build", ...options, "--store", nix.store("json"), "-f", file, "plain");
    expect(JSON.parse(stdout)).toEqual(JSON.parse(judge));
  });

  test("what was built can be read", async () => {
    const path = (await tvix.run(["build", "-A", "plain"], at)).stdout.trim();
    expect((await tvix.run(["store", "cat", path])).stdout).toBe("made\n");
  });

  test.each([
    ["itself", "bad"],
    ["of what is needed", "needsBad"],
  ])("a builder %s that fails: its last log lines once, exit 1, nothing on standard output", async (_, attribute) => {
    const { stdout, stderr, exitCode } = await tvix.run(["build", "-Q", "-A", attribute], at);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 1 });
    expect(stderr).toMatch(/^error\[E130\]: .*-bad\.drv.*code 7/m);
    expect(stderr.match(/^ *line 30$/gm)).toHaveLength(1);
    expect(stderr).not.toContain("line 1\n");
    expect((await tvix.run(["store", "list"])).stdout).not.toMatch(/-bad$/m);
  });

  test("an expression that is no derivation is refused", async () => {
    expect(await tvix.run(["build", "-E", "1"], at)).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error\[E006\]: expression does not evaluate to a derivation/),
    });
  });

  test("no builder's line can move the cursor", async () => {
    const { stderr } = await tvix.run(["build", "-A", "colourful"], at);
    expect(stderr).toMatch(/^colourful> b c$/m);
  });

  test("on a terminal one line tells how far it is, and is gone in the end", async () => {
    using fresh = new LonelyTvix();
    const command = `stty cols 60; ${tvixProgram} build -A plain`;
    const screen = await requireCommand("script", ["-qec", command, "/dev/null"], {
      cwd: folder.path,
      environment: { ...process.env, HOME: fresh.home, TERM: "xterm", NO_COLOR: "1" },
    });
    expect(screen).toContain("[0/1 done, 1 running] plain");
    expect(screen).toContain("\r\x1b[Kplain> working\r\n");
    expect(screen.split("\r\x1b[K").at(-1)).toMatch(/^\/nix\/store\/\S+-plain$/);
  });

  test("Ctrl-C ends a build and its builder with 130", async () => {
    const child = tvix.start(["build", "-A", "endless"], at);
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.stderr?.setEncoding("utf8");
    await new Promise<void>((resolve) =>
      child.stderr?.on("data", (text: string) => {
        if (text.includes("endless> begun")) resolve();
      }),
    );
    child.kill("SIGINT");
    expect(await Promise.race([ended, setTimeout(60_000, "hangs", { ref: false })])).toBe(130);
    await setTimeout(500);
    const processes = await requireCommand("ps", ["-eo", "args"]);
    expect(processes).not.toMatch(/echo begun; while/);
  });
});
