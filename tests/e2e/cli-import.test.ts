import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Nix } from "./testing/nix.ts";
import { retry } from "./testing/retry.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { Terminal } from "./testing/terminal.ts";
import { LonelyTvix, tvixProgram } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("import");
const nix = new Nix();
const tvix = new LonelyTvix();
afterAll(() => {
  folder[Symbol.dispose]();
  nix[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

const tree = join(folder.path, "tree");

function shell(script: string): string {
  return execFileSync("bash", ["-ec", script], { cwd: folder.path, encoding: "utf8" }).trim();
}

/** What `nix-store --add` prints for something below the folder. */
function added(path: string): Promise<string> {
  return nix.require("nix-store", "--store", nix.store("judge"), "--add", join(folder.path, path));
}

async function imported(...words: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await tvix.run(["store", "import", ...words], { cwd: folder.path });
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  return stdout.trim();
}

let expected: string;
beforeAll(async () => {
  mkdirSync(join(tree, "sub/empty"), { recursive: true });
  writeFileSync(join(tree, "text"), "some text\n");
  writeFileSync(join(tree, "program"), "#!/bin/sh\n", { mode: 0o755 });
  symlinkSync("../nowhere", join(tree, "sub/link"));
  writeFileSync(Buffer.concat([Buffer.from(`${tree}/`), Buffer.from([0x66, 0xff])]), "a name that is no UTF-8");
  shell("cd tree; ln text sub/hard; truncate -s 3M sparse; echo x >> sparse; seq 1 300000 > large");
  expected = await added("tree");
});

describe("tvix store import --tar", () => {
  test.each([
    ["tree.tar", "cat"],
    ["tree.tgz", "gzip -c"],
    ["tree.tar.bz2", "bzip2 -c"],
    ["tree.tar.xz", "xz -c"],
    ["tree.tar.zst", "zstd -qc"],
  ])("prints for %s what nix-store --add prints for the unpacked tree", async (file, command) => {
    shell(`tar -S --format=pax -c -C tree . | ${command} > ${file}`);
    expect(await imported("--tar", file)).toBe(expected);
    expect(shell(`HOME=${tvix.home} ${tvixProgram} store import --tar - --name tree < ${file}`)).toBe(expected);
  });

  test("leaves out the names at the front of the paths that are not wanted", async () => {
    shell("tar -cf wrapped.tar tree");
    expect(await imported("--tar", "wrapped.tar", "--strip-components", "1", "--name", "tree")).toBe(expected);
    shell("mkdir wrapped; tar -xf wrapped.tar -C wrapped");
    expect(await imported("--tar", "wrapped.tar")).toBe(await added("wrapped"));
  });

  test("what it stored reads back as what tar unpacks", async () => {
    const path = await imported("--tar", "wrapped.tar");
    shell(`HOME=${tvix.home} ${tvixProgram} store nar ${path} | cmp - <(nix-store --dump wrapped)`);
  });

  test("refuses what leads out of the archive, and what is none, and knows nothing of it afterwards", async () => {
    shell(
      "tar -cPf absolute.tar /etc/hostname; seq 9 > none.tar; tar -cz tree | head -c 5000 > cut.tgz; mkfifo fifo; tar -cf fifo.tar fifo",
    );
    const before = (await tvix.run(["store", "list"])).stdout;
    for (const [file, message] of [
      ["absolute.tar", 'Cannot import "/etc/hostname" from archive: the path is absolute'],
      ["fifo.tar", 'Cannot import "fifo" from archive: it is a FIFO'],
      ["none.tar", "Cannot read archive: it is no tar archive"],
      ["cut.tgz", "Cannot decompress gzip data: it is damaged or cut off"],
    ])
      expect(await tvix.run(["store", "import", "--tar", join(folder.path, file as string)])).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: `error: ${join(folder.path, file as string)}: ${message}\n`,
      });
    expect((await tvix.run(["store", "list"])).stdout).toBe(before);
  });
});

describe("tvix store import --nar", () => {
  test("prints what nix-store --add prints of what was dumped, compressed or not", async () => {
    shell("nix-store --dump tree > tree.nar; xz -k tree.nar; nix-store --dump tree/program > program.nar");
    expect(await imported("--nar", "tree.nar")).toBe(expected);
    expect(await imported("--nar", "tree.nar.xz")).toBe(expected);
    expect(await imported("--nar", "program.nar")).toBe(await added("tree/program"));
    const info = JSON.parse((await tvix.run(["store", "info", "--json", expected])).stdout);
    await nix.require("nix-store", "--store", nix.store("judge"), "--add", tree);
    const [judged] = await nix.pathInfos(nix.store("judge"), expected);
    expect(info[0]).toMatchObject({ narSize: judged?.narSize, ca: expect.stringMatching(/^fixed:r:sha256:/) });
  });

  test("refuses what is none", async () => {
    expect(await tvix.run(["store", "import", "--nar", join(folder.path, "tree.tgz")])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(/^error: .*tree\.tgz: Cannot read NAR/),
    });
  });
});

describe("tvix store import --git", () => {
  test("prints what nix-store --add prints of a checkout, by commit, tag or tree", async () => {
    shell(
      `rm -rf tree/sub/empty; cd tree; git init -q .; git add .; git -c user.name=a -c user.email=b commit -qm one; git tag one
       mkdir -p ../checkout/tree; git archive one | tar -x -C ../checkout/tree; echo more > more; git add .; git -c user.name=a -c user.email=b commit -qm two`,
    );
    const checkout = await added("checkout/tree");
    for (const name of ["one", "HEAD~1", shell("git -C tree rev-parse one"), shell("git -C tree rev-parse one^{tree}")])
      expect(await imported("--git", "tree", "--rev", name)).toBe(checkout);
    expect(await imported("--git", "tree/.git", "--rev", "one")).toBe(checkout);
    expect(await imported("--git", "tree")).not.toBe(checkout);
  });

  test("names what isn't there", async () => {
    expect(await tvix.run(["store", "import", "--git", tree, "--rev", "nothing"])).toMatchObject({
      exitCode: 1,
      stderr: `error: Cannot find nothing in git repository ${tree}: there is no such commit, tag or tree\n`,
    });
  });
});

describe("tvix store import --contents-only", () => {
  test("prints one digest for the same contents, however they come, and records no store path", async () => {
    shell(
      "mkdir plain; cp tree/large tree/program plain; tar -cf plain.tar -C plain .; nix-store --dump plain > plain.nar",
    );
    const before = (await tvix.run(["store", "list"])).stdout;
    const digest = await imported("--contents-only", "plain");
    expect(digest).toMatch(/^b3:[0-9a-f]{64}$/);
    expect(
      (await imported("--contents-only", "plain", "--tar", "plain.tar", "--nar", "plain.nar")).split("\n"),
    ).toEqual([digest, digest, digest]);
    expect((await tvix.run(["store", "list"])).stdout).toBe(before);
    for (const words of [["--name", "x", "plain"], ["tree/sub/link"]])
      expect(await tvix.run(["store", "import", "--contents-only", ...words], { cwd: folder.path })).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(/^error: Cannot (name contents "x"|tell a digest of tree\/sub\/link)/),
      });
  });
});

describe("tvix store import of what can't be", () => {
  test.skipIf(process.getuid?.() === 0)("a file that can't be read is named, and nothing is recorded", async () => {
    const bad = join(folder.path, "unreadable");
    mkdirSync(bad);
    writeFileSync(join(bad, "secret"), "x", { mode: 0 });
    expect(await tvix.run(["store", "import", bad])).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining(`Cannot import "${bad}/secret": `),
    });
    chmodSync(join(bad, "secret"), 0o644);
  });

  test("FIFOs, sockets and devices are named, and nothing is recorded", async () => {
    const bad = join(folder.path, "special");
    mkdirSync(join(bad, "deep"), { recursive: true });
    const before = (await tvix.run(["store", "list"])).stdout;
    const refused = async (name: string, kind: string) =>
      expect(await tvix.run(["store", "import", bad])).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: `error: Cannot import "${bad}/deep/${name}": it is a ${kind}\n`,
      });
    shell("mkfifo special/deep/fifo");
    await refused("fifo", "FIFO");
    rmSync(join(bad, "deep/fifo"));
    const server = createServer().listen(join(bad, "deep/socket"));
    await new Promise((resolve) => server.once("listening", resolve));
    await refused("socket", "socket");
    server.close();
    expect(await tvix.run(["store", "import", "/dev/null"])).toMatchObject({
      exitCode: 1,
      stderr: 'error: Cannot import "/dev/null": it is a device\n',
    });
    expect((await tvix.run(["store", "list"])).stdout).toBe(before);
  });

  test("options that don't fit together are refused before anything is stored", async () => {
    for (const [words, reason] of [
      [[], /give a PATH, --tar, --nar or --git/],
      [["--tar", "-"], /standard input: it has no name; give one with --name/],
      [["--strip-components", "1", tree], /that is for --tar alone/],
      [["--rev", "x", tree], /that is for --git alone/],
      [["--name", "x", "--tar", "tree.tar", tree], /Cannot name 2 paths "x"/],
      [["--tar", "nowhere.tar"], /Cannot read nowhere.tar: there is no such file/],
    ] as const)
      expect(await tvix.run(["store", "import", ...words], { cwd: folder.path })).toMatchObject({
        exitCode: 1,
        stdout: "",
        stderr: expect.stringMatching(reason),
      });
  });
});

test("an import that waits for more of an archive ends at once when it is interrupted", async () => {
  const header = execFileSync("bash", ["-c", "truncate -s 9M zeros; tar -cf - zeros | head -c 900000"], {
    cwd: folder.path,
  });
  const child = tvix.start(["store", "import", "--tar", "-", "--name", "x"]);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  await new Promise((resolve) => child.stdin?.write(header, resolve));
  child.kill("SIGINT");
  expect(await ended).toBe(130);
  child.stdin?.destroy();
});

test("on a terminal, a line tells how far an import is while it waits for more, and goes away", async () => {
  shell("tar -cf slow.tar tree; mkfifo gate");
  const script = `(head -c 2000000 slow.tar; cat gate; tail -c +2000001 slow.tar) | ${tvixProgram} store import --tar - --name slow`;
  await using terminal = await Terminal.open(["bash", "-c", script], {
    cwd: folder.path,
    environment: { HOME: tvix.home, PATH: process.env.PATH ?? "" },
  });
  await retry(async () => expect(await terminal.text()).toMatch(/\[slow: \d+ entries, [\d.]+ [kM]B/));
  shell("echo -n > gate");
  await retry(async () => expect(await terminal.text()).toContain("ended with 0"));
  const text = await terminal.text();
  expect(text).not.toContain("entries");
  expect(text).toMatch(/^\/nix\/store\/[0-9a-z]{32}-slow$/m);
});
