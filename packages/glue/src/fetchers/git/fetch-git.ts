import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { importTar, importTree, type Node } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { StoreServices } from "@tvix-mesh/store";
import type { FetchCache } from "../fetch-cache.ts";
import type { FetchLimits } from "../fetch-limits.ts";
import { addResult, findKnown, requireName, toFetched } from "../fetched-path.ts";
import type { Fetched, GitRequest } from "../fetcher.ts";
import { type FoundRevision, findInClone, type GitCloneParts } from "./git-clone.ts";
import { openPlainView } from "./plain-view.ts";
import { gitLine, runGit, streamGit } from "./run-git.ts";
import { commitTime, hasHead, importWorkTree, isClean } from "./work-tree.ts";

/** What is remembered of a revision: it never changes. */
export interface RevisionFacts {
  readonly storePath: string;
  readonly lastModified: number;
  readonly revCount?: number | undefined;
}

export interface GitFetchParts extends GitCloneParts {
  readonly services: StoreServices;
  readonly revisions: FetchCache<RevisionFacts>;
  readonly limits: FetchLimits;
}

/** The work tree that a URL names; undefined for bare repositories and those of other machines. */
async function workTreeOf(url: string): Promise<string | undefined> {
  if (!url.startsWith("file:")) return undefined;
  const path = fileURLToPath(url);
  return access(join(path, ".git")).then(
    () => path,
    () => undefined,
  );
}

/** The tracked files of a work tree that has changes. */
async function fetchChanged(
  { services }: GitFetchParts,
  request: GitRequest,
  directory: string,
  options: CallOptions,
): Promise<Fetched | undefined> {
  const isCommitted = await hasHead(directory, options);
  if (isCommitted && (await isClean(directory, request.submodules, options))) return undefined;
  const node = await importWorkTree(services, directory, request, options);
  const result = { name: request.name, node, method: "recursive", url: request.url } as const;
  const pathInfo = await addResult(services, result, undefined, options);
  return toFetched(pathInfo, {
    lastModified: isCommitted ? await commitTime(directory, "HEAD", options) : 0,
    dirtyRev: isCommitted ? await gitLine(["rev-parse", "HEAD"], { ...options, directory }) : undefined,
    isWorkTree: true,
    warnings: [`Git tree '${directory}' is dirty`],
  });
}

async function findInWorkTree(directory: string, request: GitRequest, options: CallOptions): Promise<FoundRevision> {
  const rev = request.rev ?? (await gitLine(["rev-parse", request.ref ?? "HEAD", "--"], { ...options, directory }));
  return { directory, rev: rev.split("\n")[0] ?? rev, warnings: [] };
}

async function requireCommit({ directory, rev }: FoundRevision, request: GitRequest, options: CallOptions) {
  const git = { ...options, directory };
  if (!request.shallow && (await gitLine(["rev-parse", "--is-shallow-repository"], git)) === "true")
    throw new ServiceError(
      "failed-precondition",
      `'${request.url}' is a shallow Git repository, but a non-shallow repository is needed`,
    );
  const { exitCode } = await runGit(["cat-file", "-e", `${rev}^{commit}`], { ...git, answers: [1, 128] });
  if (exitCode !== 0)
    throw new ServiceError(
      "not-found",
      `Cannot find Git revision '${rev}' in ref '${request.ref ?? "HEAD"}' of repository '${request.url}'! ` +
        "Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit.",
    );
}

/** What `git archive` writes of a revision, which heeds the attributes that repositories give their files for it. */
async function importArchive(
  { services, limits }: GitFetchParts,
  { directory, rev }: Omit<FoundRevision, "warnings">,
  options: CallOptions,
): Promise<Node> {
  const archive = streamGit(["archive", "--format=tar", rev], { ...options, directory });
  const { unpackedBytes: maxBytes, archiveEntries: maxEntries } = limits;
  return await importTar(services, archive, { ...options, maxBytes, maxEntries });
}

/** A revision with its submodules, which only a checkout has. */
async function importCheckout(
  { services }: GitFetchParts,
  { directory, rev }: FoundRevision,
  url: string,
  options: CallOptions,
): Promise<Node> {
  const checkout = await mkdtemp(join(tmpdir(), "tvix-git-"));
  try {
    const git = { ...options, directory: checkout };
    await runGit(["-c", "init.defaultBranch=none", "init", "--quiet"], git);
    await runGit(["fetch", "--quiet", "--force", "--update-head-ok", "--", directory, "refs/*:refs/*"], git);
    await runGit(["checkout", "--quiet", rev], git);
    await runGit(["remote", "add", "origin", url], git);
    await runGit(["submodule", "--quiet", "update", "--init", "--recursive"], git);
    const filter = (path: Uint8Array) => !/(^|\/)\.git$/.test(Buffer.from(path).toString("latin1"));
    return await importTree(checkout, services, { ...options, filter });
  } finally {
    await rm(checkout, { recursive: true, force: true });
  }
}

async function importRevision(
  parts: GitFetchParts,
  request: GitRequest,
  found: FoundRevision,
  options: CallOptions,
): Promise<Node> {
  if (request.submodules) return await importCheckout(parts, found, request.url, options);
  if (request.exportIgnore) return await importArchive(parts, found, options);
  await using view = await openPlainView(found.directory, options);
  return await importArchive(parts, { directory: view.directory, rev: found.rev }, options);
}

/** Brings a revision into the store, unless it is there already. */
async function fetchRevision(
  parts: GitFetchParts,
  request: GitRequest,
  found: FoundRevision,
  options: CallOptions,
): Promise<Fetched> {
  await requireCommit(found, request, options);
  const { directory, rev, warnings } = found;
  const key = revisionKey(request, rev);
  const cached = (await parts.revisions.get(key))?.facts;
  const kept = await findKnown(parts.services, cached?.storePath, options);
  if (kept && cached) return toFetched(kept, { ...cached, rev, warnings });
  const node = await importRevision(parts, request, found, options);
  const result = { name: request.name, node, method: "recursive", url: request.url } as const;
  const pathInfo = await addResult(parts.services, result, undefined, options);
  const lastModified = await commitTime(directory, rev, options);
  const revCount = request.shallow
    ? undefined
    : Number(await gitLine(["rev-list", "--count", rev, "--"], { ...options, directory }));
  await parts.revisions.put(key, { storePath: pathInfo.storePath.absolute(), lastModified, revCount });
  return toFetched(pathInfo, { lastModified, revCount, rev, warnings });
}

function revisionKey(request: GitRequest, rev: string): unknown {
  const { name, submodules, exportIgnore, shallow, allRefs, url } = request;
  // Submodules are found relative to the URL; without them a revision is the same wherever it comes from.
  return ["revision", rev, name, exportIgnore, shallow, allRefs, submodules ? url : ""];
}

/** Fetches one revision of a repository, or a changed work tree of this machine as it is. */
export async function fetchGit(parts: GitFetchParts, request: GitRequest, options: CallOptions): Promise<Fetched> {
  requireName(request.name);
  if (request.rev !== undefined) {
    const cached = (await parts.revisions.get(revisionKey(request, request.rev)))?.facts;
    const kept = await findKnown(parts.services, cached?.storePath, options);
    if (kept && cached) return toFetched(kept, { ...cached, rev: request.rev });
  }
  const workTree = await workTreeOf(request.url);
  if (workTree !== undefined && request.ref === undefined && request.rev === undefined) {
    const changed = await fetchChanged(parts, request, workTree, options);
    if (changed) return changed;
  }
  if (workTree === undefined)
    return await fetchRevision(parts, request, await findInClone(parts, request, options), options);
  const fetched = await fetchRevision(parts, request, await findInWorkTree(workTree, request, options), options);
  return { ...fetched, isWorkTree: request.ref === undefined && request.rev === undefined };
}
