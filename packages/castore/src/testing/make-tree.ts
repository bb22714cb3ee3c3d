import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A place for trees, removed whatever their modes. */
export async function makeRoot(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), "trees-"));
  return {
    path,
    async remove() {
      execFileSync("chmod", ["-R", "u+rwX", path]);
      await rm(path, { recursive: true, force: true });
    },
  };
}

export const strangeName = Buffer.from([0x66, 0xff, 0x80]);
export const strangePath = (below: string): Buffer => Buffer.concat([Buffer.from(`${below}/`), strangeName]);

/** One of everything that a tree may hold. */
export async function makeTree(below: string): Promise<void> {
  await mkdir(join(below, "empty"));
  await mkdir(join(below, "deep/er/still"), { recursive: true });
  await writeFile(join(below, "deep/er/still/file"), "content");
  await writeFile(join(below, "nothing"), "");
  await writeFile(join(below, "plain"), "twins");
  await writeFile(join(below, "tool"), "twins", { mode: 0o755 });
  await writeFile(join(below, "large"), Buffer.alloc(3_000_000, "0123456789abcdef0"));
  await writeFile(join(below, "x".repeat(255)), "long name");
  await writeFile(strangePath(below), "strange name");
  await symlink("../nowhere/at/all", join(below, "dangling"));
  await symlink("deep", join(below, "to-directory"));
  await mkdir(join(below, "same"));
  await writeFile(join(below, "same/file"), "content");
  await mkdir(join(below, "deep/same"));
  await writeFile(join(below, "deep/same/file"), "content");
}
