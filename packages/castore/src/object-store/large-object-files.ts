import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAbandonedDraft, writeDurably } from "./draft.ts";
import { DraftClaim } from "./draft-claim.ts";
import { processIdentity } from "./process-identity.ts";
import { SharedSync } from "./shared-sync.ts";
import { syncDirectory } from "./sync-directory.ts";

/** A file that is durable but that no record refers to yet. */
export interface WrittenFile {
  readonly name: string;
  /** Once a record refers to it, or once it is clear that none will (`discard`). */
  settle(outcome: "keep" | "discard"): Promise<void>;
}

/** In front of the key. */
const lengthBytes = 2;
const longestKeyBytes = 0xffff;

function headerOf(key: string): Uint8Array {
  const keyBytes = Buffer.from(key);
  const header = Buffer.alloc(lengthBytes);
  header.writeUInt16LE(keyBytes.length);
  return Buffer.concat([header, keyBytes]);
}

/** Where the value begins; `undefined` if the bytes end before. */
function valueStart(bytes: Buffer): number | undefined {
  if (bytes.length < lengthBytes) return undefined;
  const start = lengthBytes + bytes.readUInt16LE(0);
  return start <= bytes.length ? start : undefined;
}

async function readKey(path: string): Promise<string | undefined> {
  await using handle = await open(path, "r");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(lengthBytes + longestKeyBytes), 0);
  const bytes = buffer.subarray(0, bytesRead);
  const start = valueStart(bytes);
  return start === undefined ? undefined : bytes.toString("utf8", lengthBytes, start);
}

async function ifThere<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * One file an object, each with its key inside, under names that are never used twice. A claim is there for each file
 * that no record may refer to yet, so that the next start finds what a crash has orphaned.
 */
export class LargeObjectFiles {
  readonly #files: string;
  readonly #drafts: string;
  readonly #identity = processIdentity();
  readonly #directories = new Map<string, Promise<SharedSync>>();
  #claim: Promise<DraftClaim> | undefined;

  private constructor(path: string) {
    this.#files = join(path, "files");
    this.#drafts = join(path, "drafts");
  }

  static async open(path: string): Promise<LargeObjectFiles> {
    const store = new LargeObjectFiles(path);
    await mkdir(store.#files, { recursive: true });
    await mkdir(store.#drafts, { recursive: true });
    await syncDirectory(path);
    return store;
  }

  /** The names of one claim lie together, so that their directory is made durable for several at once. */
  #directoryOf(name: string): string {
    return join(this.#files, name.slice(0, 2));
  }

  #pathOf(name: string): string {
    return join(this.#directoryOf(name), name);
  }

  /** Makes the directory if it isn't there, durably. Answers what makes its entries durable. */
  #openDirectory(path: string): Promise<SharedSync> {
    let directory = this.#directories.get(path);
    if (!directory) {
      directory = this.#makeDirectory(path);
      this.#directories.set(path, directory);
      directory.catch(() => this.#directories.delete(path));
    }
    return directory;
  }

  async #makeDirectory(path: string): Promise<SharedSync> {
    await mkdir(path, { recursive: true });
    await syncDirectory(this.#files);
    return new SharedSync(() => syncDirectory(path));
  }

  async #begin(): Promise<{ readonly claim: DraftClaim; readonly name: string }> {
    for (;;) {
      const present = this.#claim;
      const claim = await present;
      const name = claim?.begin();
      if (claim && name !== undefined) return { claim, name };
      if (this.#claim !== present) continue;
      const made = DraftClaim.make(this.#drafts, this.#identity);
      this.#claim = made;
      made.catch(() => {
        if (this.#claim === made) this.#claim = undefined;
      });
      await claim?.end();
    }
  }

  /** `parts` are the value, one after another. */
  async write(key: string, parts: readonly Uint8Array[]): Promise<WrittenFile> {
    const { claim, name } = await this.#begin();
    const settle = async (outcome: "keep" | "discard"): Promise<void> => {
      if (outcome === "discard") await this.remove(name);
      await claim.settle();
    };
    try {
      const directory = this.#directoryOf(name);
      const entries = await this.#openDirectory(directory);
      await writeDurably(this.#pathOf(name), [headerOf(key), ...parts]);
      await entries.run();
    } catch (error) {
      await settle("discard");
      throw error;
    }
    return { name, settle };
  }

  /** `undefined` if there is no such file, or it is cut short before its value begins. */
  async read(name: string): Promise<Uint8Array | undefined> {
    const bytes = await ifThere(readFile(this.#pathOf(name)));
    const start = bytes && valueStart(bytes);
    if (bytes === undefined || start === undefined) return undefined;
    return new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  /** Removes what crashed processes left, except files that `isReferred` to under the key inside. */
  async cleanUp(isReferred: (key: string, name: string) => boolean): Promise<void> {
    for (const entry of await readdir(this.#drafts)) {
      const draft = join(this.#drafts, entry);
      const dot = entry.indexOf(".");
      if (!(await ifThere(isAbandonedDraft(draft, entry.slice(dot + 1))))) continue;
      await this.#cleanUpClaim(entry.slice(0, dot), isReferred);
      await rm(draft, { force: true });
    }
  }

  async #cleanUpClaim(prefix: string, isReferred: (key: string, name: string) => boolean): Promise<void> {
    const names = (await ifThere(readdir(this.#directoryOf(prefix)))) ?? [];
    for (const name of names) {
      if (!name.startsWith(prefix)) continue;
      const key = await ifThere(readKey(this.#pathOf(name)));
      if (key === undefined || !isReferred(key, name)) await this.remove(name);
    }
  }

  /** Leaves nothing to be looked through at the next start. No write may be under way. */
  async close(): Promise<void> {
    const claim = await this.#claim?.catch(() => undefined);
    await claim?.end();
  }
}
