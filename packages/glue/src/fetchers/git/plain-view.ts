import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { CallOptions } from "@tvix-mesh/service";
import { gitLine, runGit } from "./run-git.ts";

/** Attributes that change what git writes of a file, or whether it does; a repository's own come before those of its trees. */
const noAttributes = "* -export-ignore -export-subst -text -ident -filter !working-tree-encoding\n";

/** A repository that has the objects of another one. */
export interface PlainView extends AsyncDisposable {
  readonly directory: string;
}

/** Shows a repository such that `git archive` writes every file of a revision, with the bytes that were committed. */
export async function openPlainView(repository: string, options: CallOptions): Promise<PlainView> {
  const git = { ...options, directory: repository };
  const objects = resolve(repository, await gitLine(["rev-parse", "--git-path", "objects"], git));
  const format = await gitLine(["rev-parse", "--show-object-format"], git);
  const directory = await mkdtemp(join(tmpdir(), "tvix-git-"));
  const dispose = () => rm(directory, { recursive: true, force: true });
  try {
    await runGit(["init", "--quiet", "--bare", `--object-format=${format}`, "."], { ...options, directory });
    for (const folder of ["objects/info", "info"]) await mkdir(join(directory, folder), { recursive: true });
    await writeFile(join(directory, "objects/info/alternates"), `${objects}\n`);
    await writeFile(join(directory, "info/attributes"), noAttributes);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { directory, [Symbol.asyncDispose]: dispose };
}
