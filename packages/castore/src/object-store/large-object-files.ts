import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { isAbandonedDraft, writeDurably } from "./draft.ts";
import { processIdentity } from "./process-identity.ts";
import { syncDirectory } from "./sync-directory.ts";

/** A file that is durable but that no record refers to yet. */
export interface WrittenFile {
  readonly name: string;
  /** Once a record refers to it, or once it is clear that none will (`discard`). */
  settle(outcome: "keep" | "discard"): Promise<void>;
}

function encode(key: string, value: Uint8Array): readonly Uint8Array[] {
  const keyBytes = Buffer.from(key);
  const header = Buffer.alloc(2);
  header.writeUInt16LE(keyBytes.length);
  return [Buffer.concat([header, keyBytes]), value];
}

function decode(bytes: Buffer): { readonly key: string; readonly value: Uint8Array } | undefined {
  if (bytes.length < 2) return undefined;
  const start = 2 + bytes.readUInt16LE(0);
  if (bytes.length < start) return undefined;
  const value = new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  return { key: bytes.toString("utf8", 2, start), value };
}

/**
 * One file an object, each with its key inside, under names that are never used twice. A draft stays beside the
 * finished file until a record refers to it, so that the next start finds what a crash has orphaned.
 */
export class LargeObjectFiles {
  readonly #files: string;
  readonly #drafts: string;
  readonly #identity = processIdentity();
  readonly #knownDirectories = new Set<string>();

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

  #pathOf(name: string): string {
    return join(this.#files, name.slice(0, 2), name);
  }

  async #makeDirectory(name: string): Promise<string> {
    const directory = join(this.#files, name.slice(0, 2));
    if (!this.#knownDirectories.has(directory)) {
      await mkdir(directory, { recursive: true });
      await syncDirectory(this.#files);
      this.#knownDirectories.add(directory);
    }
    return directory;
  }

  async write(key: string, value: Uint8Array): Promise<WrittenFile> {
    const name = randomUUID();
    const draft = join(this.#drafts, `${name}.${this.#identity}`);
    const settle = async (outcome: "keep" | "discard"): Promise<void> => {
      if (outcome === "discard") await this.remove(name);
      await rm(draft, { force: true });
    };
    try {
      await writeDurably(draft, encode(key, value));
      const directory = await this.#makeDirectory(name);
      await link(draft, this.#pathOf(name));
      await syncDirectory(directory);
    } catch (error) {
      await settle("discard");
      throw error;
    }
    return { name, settle };
  }

  /** `undefined` if there is no such file, or it is cut short before its value begins. */
  async read(name: string): Promise<Uint8Array | undefined> {
    try {
      return decode(await readFile(this.#pathOf(name)))?.value;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }

  async remove(name: string): Promise<void> {
    await rm(this.#pathOf(name), { force: true });
  }

  /** Removes what crashed processes left, except files that `isReferred` to under the key inside. */
  async cleanUp(isReferred: (key: string, name: string) => boolean): Promise<void> {
    for (const entry of await readdir(this.#drafts)) {
      const draft = join(this.#drafts, entry);
      const dot = entry.indexOf(".");
      const name = entry.slice(0, dot);
      if (!(await isAbandonedDraft(draft, entry.slice(dot + 1)))) continue;
      const content = decode(await readFile(draft));
      if (content === undefined || !isReferred(content.key, name)) await this.remove(name);
      await rm(draft, { force: true });
    }
  }
}
