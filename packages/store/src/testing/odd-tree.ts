import { randomBytes } from "node:crypto";
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TemporaryTree extends AsyncDisposable {
  readonly path: string;
}

/** A directory on disk with everything that archives get wrong: odd names, sizes around the padding, empty things. */
export async function makeOddTree(): Promise<TemporaryTree> {
  const parent = await mkdtemp(join(tmpdir(), "odd-tree-"));
  const path = join(parent, "tree");
  const raw = (...bytes: readonly number[]) => Buffer.concat([Buffer.from(`${path}/`), Buffer.from(bytes)]);
  await mkdir(join(path, "deep", "deeper", "deepest"), { recursive: true });
  await mkdir(join(path, "empty directory"));
  for (const size of [0, 1, 7, 8, 9, 255, 65_535, 65_536, 1_048_576, 1_048_577, 3_000_000])
    await writeFile(join(path, `size-${size}`), randomBytes(size));
  for (const name of ["a b", "a-b", "a.b", "aB", "ab", "ünïcödé", "new\nline", "x".repeat(255), "...", "-n"])
    await writeFile(join(path, name), name);
  await writeFile(raw(0x66, 0xff, 0xfe, 0x80), "not UTF-8");
  await writeFile(join(path, "executable"), "#!/bin/sh\n");
  await chmod(join(path, "executable"), 0o755);
  await symlink("../nowhere", join(path, "dangling"));
  await symlink("/nix/store", join(path, "absolute"));
  await symlink(Buffer.from([0xc3, 0x28]), raw(0x6c, 0xff));
  await writeFile(join(path, "deep", "deeper", "deepest", "same"), "same");
  await writeFile(join(path, "deep", "same"), "same");
  for (let index = 0; index < 300; index++) await writeFile(join(path, "deep", "deeper", `file ${index}`), `${index}`);
  return { path, [Symbol.asyncDispose]: () => rm(parent, { recursive: true }) };
}
