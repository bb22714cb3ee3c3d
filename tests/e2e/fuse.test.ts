import { spawnSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import {
  chmodSync,
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { open, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { requireCommand, runCommand } from "../compose/run-command.ts";
import { waitUntil } from "../compose/wait-until.ts";
import { cleanEnvironment } from "./testing/daemon-process.ts";
import { startMesh } from "./testing/mesh.ts";
import { mountObstacle, type StoreMount, startStoreMount } from "./testing/store-mount.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix, tvixProgram } from "./testing/tvix-alone.ts";

const obstacle = mountObstacle();
const folder = makeTemporaryDirectory("fuse");
const tvix = new LonelyTvix();
const tree = join(folder.path, "tree");
const noUtf8 = Buffer.from([0x66, 0xff, 0x80, 0x20]);
const longName = "n".repeat(255);
const largeBytes = 5_000_003;

/** Everything that a tree may hold. */
function makeTree(): void {
  mkdirSync(join(tree, "sub/empty directory"), { recursive: true });
  mkdirSync(Buffer.concat([Buffer.from(`${tree}/sub/`), noUtf8]));
  writeFileSync(join(tree, "empty file"), "");
  writeFileSync(join(tree, longName), "a name of 255 bytes");
  writeFileSync(
    Buffer.concat([Buffer.from(`${tree}/sub/`), noUtf8, Buffer.from("/"), noUtf8]),
    "a name that is no UTF-8",
  );
  writeFileSync(join(tree, "plain twin"), "twins");
  writeFileSync(join(tree, "executable twin"), "twins");
  chmodSync(join(tree, "executable twin"), 0o755);
  for (const [index, size] of [1, 4095, 4096, 4097, 262_144, 262_145, 1_048_577, largeBytes].entries())
    writeFileSync(join(tree, `sub/size ${index}`), randomBytes(size));
  symlinkSync("../nowhere/at all", join(tree, "to nowhere"));
  symlinkSync(Buffer.from([0x2f, 0xc3, 0x28]), join(tree, "to no UTF-8"));
  symlinkSync("sub", join(tree, "to sub"));
  for (let index = 0; index < 3000; index++) writeFileSync(join(tree, `sub/empty directory/../many ${index}`), "many");
}

async function importInto(target: LonelyTvix, path: string, environment: Readonly<Record<string, string>> = {}) {
  const { stdout, exitCode, stderr } = await target.run(["store", "import", path], { environment });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trim();
}

async function hashOfOutput(command: string): Promise<string> {
  const environment = { ...process.env, HOME: tvix.home };
  return requireCommand("bash", ["-o", "pipefail", "-c", `${command} | sha256sum`], { environment });
}

if (obstacle === undefined) makeTree();

const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

afterAll(() => {
  folder[Symbol.dispose]();
  tvix[Symbol.dispose]();
});

describe.skipIf(obstacle !== undefined)("tvix store mount", () => {
  let storePath: string;
  let mount: StoreMount;
  let shown: string;
  beforeAll(async () => {
    storePath = await importInto(tvix, tree);
    mount = await startStoreMount(tvix);
    shown = join(mount.path, basename(storePath));
  });
  afterAll(() => mount?.[Symbol.asyncDispose]());

  test("the tree imported is read back byte for byte, with its names and kinds", async () => {
    expect(await requireCommand("diff", ["-r", "--no-dereference", tree, shown])).toBe("");
  });

  test("the archives of the tree, of the mount and of tvix store nar are the same", async () => {
    const expected = await hashOfOutput(`nix-store --dump '${tree}'`);
    expect(await hashOfOutput(`nix-store --dump '${shown}'`)).toBe(expected);
    expect(await hashOfOutput(`${tvixProgram} store nar ${storePath}`)).toBe(expected);
  });

  test.each(["", "/sub", "/sub/empty directory"])("tvix store ls and the mount list the same in %j", async (below) => {
    const listed = await requireCommand("sh", ["-c", `${tvixProgram} store ls '${storePath}${below}' | xxd -p -c 0`], {
      environment: { ...process.env, HOME: tvix.home },
    });
    const names = readdirSync(join(shown, below), { encoding: "buffer" }).sort(Buffer.compare);
    expect(Buffer.concat(names.flatMap((name) => [name, Buffer.from("\n")])).toString("hex")).toBe(listed);
  });

  test("tvix store cat and the mount read the same", async () => {
    for (const name of ["empty file", longName, "plain twin", "executable twin", "sub/size 6"]) {
      const expected = await hashOfOutput(`${tvixProgram} store cat '${storePath}/${name}'`);
      expect(await hashOfOutput(`cat '${shown}/${name}'`), name).toBe(expected);
    }
  });

  test("modes, dates, sizes and links are those of a store", () => {
    const facts = (name: string) => {
      const { mode, nlink, size, mtimeMs } = lstatSync(join(shown, name));
      return { mode: mode.toString(8), nlink, size, mtimeMs };
    };
    expect(facts("")).toEqual({ mode: "40555", nlink: 1, size: 0, mtimeMs: 1000 });
    expect(facts("plain twin")).toEqual({ mode: "100444", nlink: 1, size: 5, mtimeMs: 1000 });
    expect(facts("executable twin")).toEqual({ mode: "100555", nlink: 1, size: 5, mtimeMs: 1000 });
    expect(facts("sub/size 7")).toMatchObject({ size: largeBytes });
    expect(facts("to nowhere")).toMatchObject({ mode: "120777", size: "../nowhere/at all".length });
    expect(readlinkSync(join(shown, "to no UTF-8"), { encoding: "buffer" })).toEqual(Buffer.from([0x2f, 0xc3, 0x28]));
    expect(readFileSync(join(shown, "to sub/size 1"))).toEqual(readFileSync(join(tree, "sub/size 1")));
    expect(lstatSync(join(shown, "sub/size 7")).blocks).toBe(Math.ceil(largeBytes / 512));
  });

  test("inode numbers stay, and are another's for what differs", async () => {
    const numbers = async () =>
      requireCommand("sh", ["-c", `cd '${shown}' && find . -printf '%i %p\n' | LC_ALL=C sort`]);
    const before = await numbers();
    await requireCommand("sh", ["-c", "echo 2 > /proc/sys/vm/drop_caches || true"]);
    expect(await numbers()).toBe(before);
    expect(lstatSync(join(shown, "plain twin"), { bigint: true }).ino).not.toBe(
      lstatSync(join(shown, "executable twin"), { bigint: true }).ino,
    );
  });

  test("parts of a file can be read anywhere", async () => {
    const expected = readFileSync(join(tree, "sub/size 7"));
    await using file = await open(join(shown, "sub/size 7"));
    for (const [offset, length] of [
      [4_999_990, 100],
      [262_143, 2],
      [3_000_000, 1_000_000],
      [0, 1],
      [largeBytes, 10],
    ] as const) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(length), 0, length, offset);
      expect(Buffer.compare(buffer.subarray(0, bytesRead), expected.subarray(offset, offset + length))).toBe(0);
    }
  });

  test("parallel readers each get what they read", async () => {
    await requireCommand("sh", ["-c", "echo 3 > /proc/sys/vm/drop_caches || true"]);
    const names = readdirSync(join(tree, "sub"), { withFileTypes: true }).filter((entry) => entry.isFile());
    const expected = new Map(names.map(({ name }) => [name, sha256(readFileSync(join(tree, "sub", name)))]));
    const read = async ({ name }: { readonly name: string }) =>
      expect(sha256(await readFile(join(shown, "sub", name))), name).toBe(expected.get(name));
    await Promise.all([...names, ...names.toReversed(), ...names].map(read));
  });

  test("what is stored later is there at once, and what isn't is absent", async () => {
    const file = join(folder.path, "later");
    writeFileSync(file, "stored later");
    const absent = join(mount.path, "vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo");
    expect(() => lstatSync(absent)).toThrow(/ENOENT/);
    expect(() => lstatSync(join(mount.path, ".Trash"))).toThrow(/ENOENT/);
    expect(() => lstatSync(join(shown, "nothing"))).toThrow(/ENOENT/);
    const path = await importInto(tvix, file);
    expect(readFileSync(join(mount.path, basename(path)), "utf8")).toBe("stored later");
    expect(readdirSync(mount.path).sort()).toEqual([basename(path), basename(storePath)].sort());
    expect(() => lstatSync(join(mount.path, `${basename(path)}-other`))).toThrow(/ENOENT/);
  });

  test("nothing can be changed", async () => {
    for (const command of ["touch new", "rm -f 'plain twin'", "chmod u+w 'plain twin'", "ln -s x y", "mkdir z"])
      expect((await runCommand("sh", ["-c", command], { cwd: shown })).stderr).toMatch(/Read-only file system/);
  });

  test("digests are extended attributes", async () => {
    const script = `import os, sys; print(os.listxattr(sys.argv[1])[0], os.getxattr(sys.argv[1], os.listxattr(sys.argv[1])[0]).decode())`;
    const output = await requireCommand("/usr/bin/python3", ["-c", script, shown]);
    expect(output).toMatch(/^user\.tvix\.castore\.directory\.digest b3:[0-9a-f]{64}$/);
    const digest = output.split(" ")[1] ?? "";
    await using other = await startStoreMount(tvix, ["--root", digest]);
    expect(readFileSync(join(other.path, "plain twin"), "utf8")).toBe("twins");
  });

  test("a second mount there is refused, and one directory can be mounted", async () => {
    expect(await tvix.run(["store", "mount", mount.path])).toMatchObject({
      exitCode: 1,
      stderr: `error: Cannot mount at ${mount.path}: a store is mounted there already (umount '${mount.path}' removes it)\n`,
    });
    await using one = await startStoreMount(tvix, [`${storePath}/sub/empty directory`]);
    expect(readdirSync(one.path)).toEqual([]);
    expect((await tvix.run(["store", "mount", folder.path, `${storePath}/plain twin`])).stderr).toBe(
      `error: Cannot mount ${storePath}/plain twin: it is a file, no directory\n`,
    );
    expect((await tvix.run(["store", "mount", join(folder.path, "nothing")])).stderr).toMatch(
      /there is no such directory/,
    );
  });
});

describe.skipIf(obstacle !== undefined)("the end of tvix store mount", () => {
  const isMounted = (path: string): boolean =>
    readFileSync("/proc/mounts", "utf8").includes(path.replace(" ", "\\040"));

  test("SIGINT unmounts, as does umount", async () => {
    await using first = await startStoreMount(tvix);
    first.signal("SIGINT");
    expect(await first.exited).toBe(0);
    expect(isMounted(first.path)).toBe(false);
    await using second = await startStoreMount(tvix);
    await requireCommand("umount", [second.path]);
    expect(await second.exited).toBe(0);
  });

  test("what is in use is waited for", async () => {
    await using mount = await startStoreMount(tvix);
    const descriptor = openSync(mount.path, "r");
    mount.signal("SIGINT");
    await waitUntil("a warning", 30_000, async () => mount.errors().includes("is in use") || undefined);
    expect(isMounted(mount.path)).toBe(true);
    closeSync(descriptor);
    expect(await mount.exited).toBe(0);
    expect(isMounted(mount.path)).toBe(false);
  });

  test("SIGTERM doesn't wait for what is in use", async () => {
    await using mount = await startStoreMount(tvix);
    const descriptor = openSync(mount.path, "r");
    mount.signal("SIGTERM");
    expect(await mount.exited).toBe(0);
    expect(isMounted(mount.path)).toBe(false);
    closeSync(descriptor);
  });

  test("what kill -9 leaves is told from a mount that works, with the command that removes it", async () => {
    await using mount = await startStoreMount(tvix);
    mount.signal("SIGKILL");
    await mount.exited;
    expect(await tvix.run(["store", "mount", mount.path])).toMatchObject({
      exitCode: 1,
      stderr: `error: Cannot mount at ${mount.path}: the process of what is mounted there has ended (umount '${mount.path}' removes it)\n`,
    });
    await requireCommand("sh", ["-c", `umount '${mount.path}'`]);
    expect(isMounted(mount.path)).toBe(false);
  });
});

describe.skipIf(obstacle !== undefined)("tvix store mount over daemons", () => {
  test("reads what they have; without them, readers get an input/output error and the log says of what", async () => {
    await using mesh = await startMesh({ daemons: ["blob-service", "directory-service", "pathinfo-service"] });
    const storePath = await importInto(tvix, tree, mesh.clientEnvironment);
    await using mount = await startStoreMount(tvix, [], mesh.clientEnvironment);
    const shown = join(mount.path, basename(storePath));
    expect(readdirSync(mount.path)).toEqual([basename(storePath)]);
    expect(lstatSync(join(shown, "sub/size 7")).size).toBe(largeBytes);
    mesh.process("blob-service").signal("SIGSTOP");
    // A reader that is interrupted ends, though the service doesn't answer.
    expect((await runCommand("timeout", ["--signal=KILL", "1", "cat", join(shown, "sub/size 4")])).stdout).toBe("");
    mesh.process("blob-service").signal("SIGCONT");
    await mesh.kill9("blob-service");
    await expect(readFile(join(shown, "sub/size 5"))).rejects.toThrow(/EIO/);
    expect(mount.errors()).toContain(`"/${basename(storePath)}/sub/size 5": Cannot`);
    await mesh.restart("blob-service");
    expect(await requireCommand("diff", ["-r", "--no-dereference", tree, shown])).toBe("");
  });
});

/** Mounts, reads and unmounts as nobody, where /dev/fuse is open to all, as on most machines. */
const asUser = `
set -e
mount -t tmpfs none /mnt && mknod -m 666 /mnt/fuse c 10 229 && mount --bind /mnt/fuse /dev/fuse
cat > "$HOME/steps" <<'END'
set -e
store_path=$("$1" store import "$2")
mkdir "$HOME/m"
"$1" store mount "$HOME/m" > "$HOME/output" &
process=$!
while ! [ -s "$HOME/output" ]; do kill -0 $process && sleep 0.1; done
cat "$HOME/m/\${store_path#/nix/store/}/text"
stat -c %U "$HOME/m"
kill -INT $process && wait $process
! grep -F "$HOME/m" /proc/mounts
END
exec setpriv --reuid nobody --regid nogroup --clear-groups sh "$HOME/steps" "$1" "$2"
`;

function findUserObstacle(): string | undefined {
  if (obstacle !== undefined) return obstacle;
  const test = (script: string): boolean => spawnSync("sh", ["-c", script], { stdio: "ignore" }).status === 0;
  if (!test("command -v fusermount3 || command -v fusermount")) return "there is no fusermount3";
  if (!test(`setpriv --reuid nobody --regid nogroup --clear-groups test -x '${tvixProgram}'`))
    return `${tvixProgram} is hidden from other users`;
  return undefined;
}

const userObstacle = findUserObstacle();
if (userObstacle !== undefined)
  process.stderr.write(`\n*** The test of users' mounts is SKIPPED: ${userObstacle} ***\n\n`);

test.skipIf(userObstacle !== undefined)("tvix store mount works for an ordinary user, through fusermount", async () => {
  using home = makeTemporaryDirectory("user");
  mkdirSync(join(home.path, "tree"));
  writeFileSync(join(home.path, "tree/text"), "for a user\n");
  await requireCommand("chown", ["-R", "nobody", home.path]);
  const words = ["--mount", "sh", "-c", asUser, "sh", tvixProgram, join(home.path, "tree")];
  const environment = cleanEnvironment({ HOME: home.path });
  expect(await runCommand("unshare", words, { environment, timeoutMs: 120_000 })).toEqual({
    exitCode: 0,
    stdout: "for a user\nnobody\n",
    stderr: "",
  });
});
