import { createHash } from "node:crypto";
import { access, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { FetchCache } from "../fetch-cache.ts";
import type { GitRequest } from "../fetcher.ts";
import { takeLock } from "./lock-file.ts";
import { gitLine, runGit } from "./run-git.ts";

/** What is remembered of a branch. */
export interface RefFacts {
  readonly rev: string;
}

export interface GitCloneParts {
  readonly cacheDirectory: string;
  readonly cache: FetchCache<RefFacts>;
  readonly ttlMs: number;
  readonly now: () => number;
}

/** A revision in a repository of this machine. */
export interface FoundRevision {
  readonly directory: string;
  readonly rev: string;
  readonly warnings: readonly string[];
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** As git names it in full: a branch unless it says otherwise. */
export function fullRef(ref: string): string {
  return ref === "HEAD" || ref.startsWith("refs/") ? ref : `refs/heads/${ref}`;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The kept clone of one URL: bare, and holding only what was asked for. */
class GitClone {
  readonly #directory: string;
  readonly #request: GitRequest;
  readonly #ref: string;
  readonly #options: CallOptions;

  constructor(directory: string, request: GitRequest, options: CallOptions) {
    this.#directory = directory;
    this.#request = request;
    this.#ref = fullRef(request.ref ?? "HEAD");
    this.#options = options;
  }

  get #gitOptions() {
    return { ...this.#options, directory: this.#directory };
  }

  async initialize(): Promise<void> {
    if (await exists(join(this.#directory, "HEAD"))) return;
    const options = { ...this.#options, directory: dirname(this.#directory) };
    await runGit(["-c", "init.defaultBranch=none", "init", "--quiet", "--bare", this.#directory], options);
  }

  async has(rev: string): Promise<boolean> {
    const options = { ...this.#gitOptions, answers: [1, 128] };
    return (await runGit(["cat-file", "-e", rev], options)).exitCode === 0;
  }

  /** Refs are kept under hashes, so that a branch `a` that becomes `a/b` is no conflict. */
  get #keptRef(): string {
    return `refs/fetched/${digest(this.#ref)}`;
  }

  async #fetch(refSpec: string, depth: readonly string[]): Promise<void> {
    const args = ["fetch", "--quiet", "--force", "--prune", "--no-tags"];
    const what = ["--", this.#request.url, refSpec];
    try {
      await runGit([...args, ...depth, ...what], this.#gitOptions);
    } catch (error) {
      const isTooSimple = error instanceof Error && error.message.includes("does not support shallow");
      if (depth.length === 0 || !isTooSimple) throw error;
      // Servers of plain files give a history only whole.
      await runGit([...args, ...what], this.#gitOptions);
    }
  }

  async #fetchRefs(): Promise<void> {
    const { allRefs, shallow } = this.#request;
    const depth = shallow ? ["--depth=1"] : [];
    if (allRefs) await this.#fetch("refs/*:refs/all/*", depth);
    if (!allRefs || !this.#request.rev) await this.#fetch(`${this.#ref}:${this.#keptRef}`, depth);
  }

  /** What the ref stands for now; if the repository can't be reached, what it stood for when it last could. */
  async latest(): Promise<{ readonly rev: string; readonly warnings: readonly string[] }> {
    const warnings: string[] = [];
    try {
      await this.#fetchRefs();
    } catch (error) {
      this.#options.signal?.throwIfAborted();
      const known = await runGit(["rev-parse", "--verify", "--quiet", this.#keptRef], {
        ...this.#gitOptions,
        answers: [1, 128],
      });
      if (known.exitCode !== 0) throw error;
      warnings.push(
        `could not update local clone of Git repository '${this.#request.url}'; continuing with the most recent version`,
      );
    }
    return { rev: await gitLine(["rev-parse", this.#keptRef], this.#gitOptions), warnings };
  }

  /** Brings that revision. `not-found` if the ref doesn't have it. */
  async bring(rev: string): Promise<void> {
    if (this.#request.shallow && (await this.#bringAlone(rev))) return;
    await this.#fetchRefs();
    if (await this.has(rev)) return;
    const { url } = this.#request;
    throw new ServiceError(
      "not-found",
      `Cannot find Git revision '${rev}' in ref '${this.#request.ref ?? "HEAD"}' of repository '${url}'! ` +
        "Please make sure that the rev exists on the ref you've specified or add allRefs = true; to fetchGit.",
    );
  }

  /** Not every server answers for a revision that no ref names. */
  async #bringAlone(rev: string): Promise<boolean> {
    try {
      await this.#fetch(`${rev}:refs/fetched/${rev}`, ["--depth=1"]);
      return true;
    } catch {
      this.#options.signal?.throwIfAborted();
      return false;
    }
  }
}

/** A repository of this machine may have changed since, and costs little to ask. */
function isRemote(url: string): boolean {
  return !url.startsWith("file:");
}

/** Makes the wanted revision of a remote repository present in the clone that is kept of it. */
export async function findInClone(
  { cacheDirectory, cache, ttlMs, now }: GitCloneParts,
  request: GitRequest,
  options: CallOptions,
): Promise<FoundRevision> {
  const { url, shallow, allRefs } = request;
  const directory = join(cacheDirectory, "git", `${digest(url)}${shallow ? "-shallow" : ""}`);
  await mkdir(dirname(directory), { recursive: true });
  await using _lock = await takeLock(directory, options);
  const clone = new GitClone(directory, request, options);
  await clone.initialize();
  if (request.rev !== undefined) {
    if (!(await clone.has(request.rev))) await clone.bring(request.rev);
    return { directory, rev: request.rev, warnings: [] };
  }
  const key = ["git", url, fullRef(request.ref ?? "HEAD"), shallow, allRefs];
  const kept = isRemote(url) ? await cache.get(key) : undefined;
  if (kept && now() < kept.fetchedAtMs + ttlMs && (await clone.has(kept.facts.rev)))
    return { directory, rev: kept.facts.rev, warnings: [] };
  const { rev, warnings } = await clone.latest();
  if (isRemote(url) && warnings.length === 0) await cache.put(key, { rev });
  return { directory, rev, warnings };
}
