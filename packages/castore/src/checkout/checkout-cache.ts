import { lstatSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { lstat, mkdir, mkdtemp, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { createB3Hasher, hashB3 } from "../b3-hasher.ts";
import type { WriteFile } from "../export-tree.ts";
import type { FileNode } from "../node.ts";
import { chooseLinkMode, type LinkMode, linkFile } from "./link-mode.ts";

const modifiedAtSeconds = 1;
const readBytes = 1024 * 1024;
/** Older drafts are of a process that has ended. */
const draftAgeMs = 24 * 3600 * 1000;

export interface CheckoutCacheOptions {
  readonly linkMode: LinkMode | "auto";
  /** Where files will be linked to; it must be there. */
  readonly targetDirectory: string;
  /** Whether to read each kept file and compare it with its digest before it is used. */
  readonly verify?: boolean | undefined;
  /** Gets what was wrong with files that were kept. */
  readonly report: (message: string) => void;
}

/**
 * Plain files of blobs that were checked out, read-only, the executable ones apart, for the next checkout to link. It may
 * be removed at any time. Several processes may use it at once.
 */
export class CheckoutCache implements AsyncDisposable {
  readonly #directory: string;
  readonly #options: CheckoutCacheOptions;
  readonly linkMode: LinkMode;
  readonly #filling = new Map<string, Promise<void>>();
  /** Folders that are there, and files that need no second look. */
  readonly #known = new Set<string>();
  #drafts: Promise<string> | undefined;
  #lastDraft = 0;
  #fetched = 0;
  #kept = 0;

  private constructor(directory: string, options: CheckoutCacheOptions) {
    this.#directory = directory;
    this.#options = options;
    this.linkMode = chooseLinkMode(options.linkMode, directory, options.targetDirectory);
  }

  /** Makes the directory if it isn't there. */
  static async open(directory: string, options: CheckoutCacheOptions): Promise<CheckoutCache> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new CheckoutCache(directory, options);
  }

  /** How many files had to be fetched, and how many were there. */
  get counts(): { readonly fetched: number; readonly kept: number } {
    return { fetched: this.#fetched, kept: this.#kept };
  }

  /** Puts a file to `path`; `write` is called for one that isn't kept, or doesn't look as it was left. */
  readonly place = async (node: FileNode, path: Uint8Array, write: WriteFile): Promise<void> => {
    if (this.linkMode === "copy" || node.size === 0n) {
      this.#fetched += node.size === 0n ? 0 : 1;
      return write(path);
    }
    const kept = this.#pathOf(node);
    if (await this.#isUsable(node, kept)) this.#kept += 1;
    else await this.#fill(kept, write);
    try {
      linkFile(this.linkMode, Buffer.from(kept), Buffer.from(path), modifiedAtSeconds);
    } catch (error) {
      // It has as many names as a file may have, or was removed meanwhile.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "EMLINK" && code !== "ENOENT") throw error;
      await this.#fill(kept, write);
      linkFile(this.linkMode, Buffer.from(kept), Buffer.from(path), modifiedAtSeconds);
    }
  };

  #pathOf({ digest, executable }: FileNode): string {
    const folder = join(this.#directory, "b3", digest.hex.slice(0, 2));
    if (!this.#known.has(folder)) mkdirSync(folder, { recursive: true });
    this.#known.add(folder);
    return join(folder, executable ? `${digest.hex}-executable` : digest.hex);
  }

  /** With blocking calls, which take a tenth of the time of others; and there may be tens of thousands of files. */
  async #isUsable(node: FileNode, kept: string): Promise<boolean> {
    await this.#filling.get(kept);
    if (this.#known.has(kept)) return true;
    const stats = lstatSync(kept, { throwIfNoEntry: false });
    if (!stats) return false;
    const looksUntouched =
      stats.isFile() &&
      BigInt(stats.size) === node.size &&
      (stats.mode & 0o7777) === (node.executable ? 0o555 : 0o444) &&
      stats.mtimeMs === modifiedAtSeconds * 1000 &&
      stats.uid === process.geteuid?.();
    if (!looksUntouched || (this.#options.verify && !(await hasDigest(kept, node)))) {
      this.#options.report(`${kept} was changed since it was kept, and is fetched anew`);
      return false;
    }
    this.#known.add(kept);
    return true;
  }

  async #fill(kept: string, write: WriteFile): Promise<void> {
    let filling = this.#filling.get(kept);
    if (filling) this.#kept += 1;
    else {
      filling = this.#write(kept, write).finally(() => this.#filling.delete(kept));
      this.#filling.set(kept, filling);
    }
    await filling;
  }

  async #write(kept: string, write: WriteFile): Promise<void> {
    this.#drafts ??= this.#openDrafts();
    this.#lastDraft += 1;
    const name = String(this.#lastDraft);
    const draft = join(await this.#drafts, name);
    await write(Buffer.from(draft));
    renameSync(draft, kept);
    this.#known.add(kept);
    this.#fetched += 1;
  }

  async #openDrafts(): Promise<string> {
    const folder = join(this.#directory, "drafts");
    await mkdir(folder, { recursive: true });
    for (const name of await readdir(folder)) {
      const draft = join(folder, name);
      const stats = await lstat(draft).catch(() => undefined);
      if (stats && Date.now() - stats.mtimeMs > draftAgeMs) await rm(draft, { recursive: true, force: true });
    }
    return mkdtemp(join(folder, "draft-"));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#drafts) await rm(await this.#drafts, { recursive: true, force: true });
  }
}

async function hasDigest(path: string, { digest, size }: FileNode): Promise<boolean> {
  if (size <= readBytes) return hashB3(readFileSync(path)).equals(digest);
  using hasher = createB3Hasher();
  await using file = await open(path);
  const buffer = new Uint8Array(readBytes);
  for (;;) {
    const { bytesRead } = await file.read(buffer);
    if (bytesRead === 0) return hasher.digest().equals(digest);
    hasher.update(buffer.subarray(0, bytesRead));
  }
}
