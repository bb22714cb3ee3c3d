import { createHash } from "node:crypto";
import { chmodSync, lstatSync, mkdirSync, readdirSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { requireCommand, runCommand } from "../compose/run-command.ts";
import { Nix } from "./testing/nix.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix, tvixProgram } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("store");
const nix = new Nix();
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  nix[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

const tree = join(folder.path, "tree");
mkdirSync(join(tree, "sub/empty"), { recursive: true });
writeFileSync(join(tree, "text"), "some text\n");
writeFileSync(join(tree, "sub/large"), Buffer.alloc(3_000_000, "large"));
writeFileSync(join(tree, "program"), "#!/bin/sh\n");
chmodSync(join(tree, "program"), 0o755);
symlinkSync("../nowhere", join(tree, "sub/link"));
writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0x66, 0xff])]), "a name that is no UTF-8");

async function sha256OfOutput(command: string): Promise<string> {
  return createHash("sha256")
    .update(
      await requireCommand("sh", ["-c", `${command} | sha256sum`], {
        environment: { ...process.env, HOME: tvix.home },
      }),
    )
    .digest("hex");
}

async function importTree(): Promise<string> {
  const { stdout, exitCode, stderr } = await tvix.run(["store", "import", tree]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trim();
}

describe("tvix store", () => {
  test("import prints the store paths that nix-store --add prints, each time", async () => {
    const program = join(tree, "program");
    const expected = await nix.require("nix-store", "--store", nix.store("judge"), "--add", tree, program);
    expect(await tvix.run(["store", "import", tree, program])).toMatchObject({ stdout: `${expected}\n`, exitCode: 0 });
    expect((await tvix.run(["store", "import", program, tree])).stdout.split("\n")).toContain(expected.split("\n")[0]);
  });

  test("import --name names a single path", async () => {
    const text = join(tree, "text");
    const { stdout } = await tvix.run(["store", "import", "--name", "other", text]);
    const expression = `toString (builtins.path { path = ${text}; name = "other"; })`;
    expect(stdout.trim()).toBe(JSON.parse((await tvix.run(["eval", "--json", "-E", expression])).stdout));
    expect(await tvix.run(["store", "import", "--name", "other", text, tree])).toMatchObject({
      exitCode: 1,
      stdout: "",
    });
  });

  test("import refuses what Nix refuses, and stores nothing of it", async () => {
    const bad = join(folder.path, "bad name");
    writeFileSync(bad, "");
    expect(await tvix.run(["store", "import", bad])).toMatchObject({
      exitCode: 1,
      stdout: "",
      stderr: expect.stringMatching(/^error: .*bad name.*illegal character " "/),
    });
    expect(await tvix.run(["store", "import", join(folder.path, "nothing")])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: Cannot import .*nothing/),
    });
  });

  test("nar writes the archive that nix-store --dump writes", async () => {
    const path = await importTree();
    expect(await sha256OfOutput(`${tvixProgram} store nar ${path}`)).toBe(
      await sha256OfOutput(`nix-store --dump ${tree}`),
    );
  });

  test("info tells hash and size of the archive, by full and by base name", async () => {
    const path = await importTree();
    await nix.require("nix-store", "--store", nix.store("info"), "--add", tree);
    const [expected] = await nix.pathInfos(nix.store("info"), path);
    const { stdout } = await tvix.run(["store", "info", "--json", path.replace("/nix/store/", "")]);
    const [info] = JSON.parse(stdout);
    expect(info).toMatchObject({ path, narSize: expected?.narSize, references: [], signatures: [] });
    expect(await nix.require("nix", "hash", "to-sri", info.narHash)).toBe(expected?.narHash);
    expect((await tvix.run(["store", "info", path])).stdout).toContain(info.narHash);
  });

  test("list prints what is there", async () => {
    const path = await importTree();
    expect((await tvix.run(["store", "list"])).stdout.split("\n")).toContain(path);
  });

  test("ls lists names, with kinds and sizes, and what is below", async () => {
    const path = await importTree();
    expect((await tvix.run(["store", "ls", `${path}/sub`])).stdout).toBe("empty\nlarge\nlink\n");
    expect((await tvix.run(["store", "ls", "-l", "-R", `${path}/sub`])).stdout).toBe(
      [
        "dr-xr-xr-x            0 empty",
        "-r--r--r--      3000000 large",
        "lrwxrwxrwx            0 link -> ../nowhere",
        "",
      ].join("\n"),
    );
    expect((await tvix.run(["store", "ls", "-R", path])).stdout).toMatch(/^sub\/large$/m);
  });

  test("cat writes a file, and names what it can't write", async () => {
    const path = await importTree();
    expect((await tvix.run(["store", "cat", `${path}/text`])).stdout).toBe("some text\n");
    for (const [below, reason] of [
      ["sub", "it is a directory"],
      ["sub/link", "it is a symbolic link to ../nowhere"],
      ["nothing", "there is no /nothing in the store path"],
    ])
      expect(await tvix.run(["store", "cat", `${path}/${below}`])).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: `error: Cannot ${below === "nothing" ? "find" : "read"} ${path}/${below}: ${reason}\n`,
      });
  });

  test("copy writes the same tree, and only where nothing is", async () => {
    const path = await importTree();
    const copy = join(folder.path, "copy");
    expect(await tvix.run(["store", "copy", path, copy])).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await sha256OfOutput(`nix-store --dump ${copy}`)).toBe(await sha256OfOutput(`nix-store --dump ${tree}`));
    expect(readdirSync(copy, { encoding: "buffer" })).toHaveLength(4);
    expect(readlinkSync(join(copy, "sub/link"))).toBe("../nowhere");
    expect(lstatSync(join(copy, "program")).mode & 0o100).not.toBe(0);
    expect(await tvix.run(["store", "copy", path, copy])).toMatchObject({
      exitCode: 1,
      stderr: `error: Cannot write ${copy}: there is something already\n`,
    });
  });

  test("a path that isn't in the store, or is none, is named", async () => {
    const absent = "/nix/store/vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo";
    for (const words of [["info"], ["nar"], ["ls"], ["cat"]])
      expect(await tvix.run(["store", ...words, absent])).toMatchObject({
        exitCode: 1,
        stderr: `error: Cannot find ${absent}: it is not in the store\n`,
      });
    expect((await tvix.run(["store", "info", "/nix/store/foo"])).stderr).toMatch(/^error: .*"foo"/);
  });

  test("a reader that goes away ends the command without a word", async () => {
    const path = await importTree();
    const pipe = `${tvixProgram} store cat ${path}/sub/large | head -c 5`;
    expect(await runCommand("bash", ["-c", pipe], { environment: { ...process.env, HOME: tvix.home } })).toEqual({
      exitCode: 0,
      stdout: "large",
      stderr: "",
    });
  });

  test("an address of an unknown kind is refused with the kinds that there are", async () => {
    const environment = { BLOB_SERVICE_ADDR: "floppy:///dev/fd0" };
    expect(await tvix.run(["store", "import", tree], { environment })).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: .*"floppy" is none of memory, lmdb, /),
    });
  });
});
