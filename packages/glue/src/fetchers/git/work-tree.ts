import { importTree, type Node } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { StoreServices } from "@tvix-mesh/store";
import type { GitRequest } from "../fetcher.ts";
import { gitLine, runGit } from "./run-git.ts";

/** Whether HEAD names a commit: a repository without any has none. `failed-precondition` if there is no repository. */
export async function hasHead(directory: string, options: CallOptions): Promise<boolean> {
  const args = ["--git-dir=.git", "rev-parse", "--verify", "--no-revs", "HEAD^{commit}"];
  const { exitCode, messages } = await runGit(args, { ...options, directory, answers: [1, 128] });
  if (exitCode === 0) return true;
  if (messages.includes("Needed a single revision")) return false;
  const reason = messages.includes("not a git repository")
    ? `'${directory}' is not a Git repository`
    : `getting the HEAD of the Git tree '${directory}' failed with exit code ${exitCode}:\n${messages}`;
  throw new ServiceError("failed-precondition", reason);
}

/** Whether no tracked file differs from HEAD; those of submodules count only if they are wanted. */
export async function isClean(directory: string, submodules: boolean, options: CallOptions): Promise<boolean> {
  const args = ["diff", "HEAD", "--quiet", ...(submodules ? [] : ["--ignore-submodules"]), "--"];
  return (await runGit(args, { ...options, directory, answers: [1] })).exitCode === 0;
}

function splitNul(output: Buffer): string[] {
  return output
    .toString("latin1")
    .split("\0")
    .filter((entry) => entry !== "");
}

const submodulePrefix = "160000 ";

/** Those of some entries, directories marked by a slash at their ends, that have the attribute `export-ignore`. */
async function exportIgnored(
  directory: string,
  entries: readonly string[],
  options: CallOptions,
): Promise<ReadonlySet<string>> {
  const input = Buffer.from(entries.map((entry) => `${entry}\0`).join(""), "latin1");
  const { output } = await runGit(["check-attr", "-z", "--stdin", "export-ignore"], { ...options, directory, input });
  const fields = output.toString("latin1").split("\0");
  const ignored = new Set<string>();
  for (let index = 0; index + 2 < fields.length; index += 3)
    if (fields[index + 2] === "set") ignored.add(fields[index] ?? "");
  return ignored;
}

/** The tracked files as they are in the work tree. */
export async function importWorkTree(
  services: StoreServices,
  directory: string,
  { submodules, exportIgnore }: Pick<GitRequest, "submodules" | "exportIgnore">,
  options: CallOptions,
): Promise<Node> {
  const git = { ...options, directory };
  const listing = await runGit(["ls-files", "-z", ...(submodules ? ["--recurse-submodules"] : [])], git);
  const staged = splitNul((await runGit(["ls-files", "-z", "--stage"], git)).output);
  const modules = new Set(
    staged.filter((line) => line.startsWith(submodulePrefix)).map((line) => line.slice(line.indexOf("\t") + 1)),
  );
  const wanted = new Set<string>();
  const files = splitNul(listing.output);
  for (const file of files) {
    if (modules.has(file)) continue;
    for (let end = file.length; end > 0; end = file.lastIndexOf("/", end - 1)) {
      const path = file.slice(0, end);
      if (wanted.has(path)) break;
      wanted.add(path);
    }
  }
  if (exportIgnore) {
    const tracked = new Set(files);
    const entries = [...wanted].map((path) => (tracked.has(path) ? path : `${path}/`));
    for (const entry of await exportIgnored(directory, entries, options)) wanted.delete(entry.replace(/\/$/, ""));
  }
  const filter = (path: Uint8Array) => wanted.has(Buffer.from(path).toString("latin1"));
  return await importTree(directory, services, { ...options, filter });
}

/** When a revision was committed, in seconds. */
export async function commitTime(directory: string, rev: string, options: CallOptions): Promise<number> {
  return Number(await gitLine(["log", "-1", "--format=%ct", "--no-show-signature", rev], { ...options, directory }));
}
