import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { ByteSource } from "../byte-source.ts";
import { runGit } from "./git-command.ts";

export interface GitTreeEntry {
  readonly path: Uint8Array;
  readonly mode: number;
  readonly objectId: string;
  /** Of a file or a symbolic link's target; undefined if the repository lacks it. */
  readonly sizeBytes: number | undefined;
}

const newline = 0x0a;
const tab = 0x09;
const longestLine = 4096;
const longestEntry = 1024 * 1024;

function unreadable(repository: string, revision: string, reason: string): ServiceError {
  return new ServiceError("not-found", `Cannot find ${revision} in git repository ${repository}: ${reason}`);
}

async function describeObject(repository: string, name: string, options: CallOptions): Promise<string> {
  if (name === "" || /[\n\0]/.test(name)) throw unreadable(repository, JSON.stringify(name), "it is no name");
  const source = new ByteSource(runGit(repository, ["cat-file", "--batch-check"], [`${name}\n`], options));
  const line = await source.takeUntil(newline, longestLine + name.length);
  // To its end, where git says what is wrong.
  while (await source.skip(longestLine));
  return Buffer.from(line ?? []).toString("utf8");
}

/** The object id of the tree that a revision names: a tree's own, a commit's, or that of what a tag points to. */
export async function findGitTree(repository: string, revision: string, options: CallOptions): Promise<string> {
  for (const name of [revision, `${revision}^{tree}`]) {
    const [, objectId, kind] =
      /^([0-9a-f]{40,64}) (\w+) \d+$/.exec(await describeObject(repository, name, options)) ?? [];
    if (objectId === undefined) break;
    if (kind === "tree") return objectId;
    if (kind === "blob") throw unreadable(repository, revision, "it is a file, not a tree");
  }
  throw unreadable(repository, revision, "there is no such commit, tag or tree");
}

function readEntry(record: Uint8Array): GitTreeEntry | undefined {
  const end = record.indexOf(tab);
  const facts = Buffer.from(record.subarray(0, Math.max(end, 0))).toString("latin1");
  const [, mode = "", objectId = "", size = ""] = /^([0-7]+) \w+ ([0-9a-f]+) +(\d+|-|BAD)$/.exec(facts) ?? [];
  if (mode === "") return undefined;
  const sizeBytes = size === "BAD" ? undefined : Number(size.replace("-", "0"));
  return { path: record.slice(end + 1), mode: Number.parseInt(mode, 8), objectId, sizeBytes };
}

/** All that is below a tree, directories before what is in them. */
export async function listGitTree(
  repository: string,
  treeId: string,
  options: CallOptions,
): Promise<readonly GitTreeEntry[]> {
  const words = ["ls-tree", "-r", "-t", "-z", "-l", "--full-tree", treeId];
  const source = new ByteSource(runGit(repository, words, [], options));
  const entries: GitTreeEntry[] = [];
  for (;;) {
    const record = await source.takeUntil(0, longestEntry);
    if (!record) break;
    const entry = readEntry(record);
    if (!entry) throw unreadable(repository, treeId, `git describes an entry as ${Buffer.from(record)}`);
    entries.push(entry);
  }
  return entries;
}
