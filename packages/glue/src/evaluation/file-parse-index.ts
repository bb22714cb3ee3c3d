import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ParseIndex } from "@tvix-mesh/eval";
import { digestOf, openPack, type ParsePack, writePack } from "./parse-pack.ts";

/** As many files are made one. */
const maxPacks = 8;
/** Beyond it the directory is emptied: what is still of use comes back. */
const defaultMaxBytes = 256 << 20;
/** What waits for the end of an evaluation. */
const maxPendingBytes = 64 << 20;

const packSuffix = ".trees";

/** With those above it. Where nothing can be made, below /proc say, Node.js itself would try for ever. */
function makeDirectories(path: string): void {
  if (existsSync(path)) return;
  makeDirectories(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/**
 * Trees of texts in files below a directory, each with all that one evaluation met for the first time. Files never
 * change, and appear as a whole; processes need no lock. What can't be read or written isn't there.
 */
export function createFileParseIndex(directory: string, maxBytes = defaultMaxBytes): ParseIndex {
  let packs: ParsePack[] | undefined;
  const pending = new Map<string, Uint8Array>();
  let pendingBytes = 0;
  let lastCircumstances: { readonly text: string; readonly digest: string } | undefined;

  const keyOf = (text: Uint8Array, circumstances: string): string => {
    if (lastCircumstances?.text !== circumstances) {
      lastCircumstances = { text: circumstances, digest: digestOf(circumstances) };
    }
    return digestOf(digestOf(text) + lastCircumstances.digest);
  };

  const open = (name: string): ParsePack | undefined => {
    try {
      return openPack(join(directory, name));
    } catch {
      return undefined;
    }
  };

  const openAll = (): ParsePack[] => {
    try {
      const names = readdirSync(directory).filter((name) => name.endsWith(packSuffix));
      return names.map(open).filter((pack) => pack !== undefined);
    } catch {
      return [];
    }
  };

  const closeAll = (opened: readonly ParsePack[]): void => {
    for (const pack of opened) pack.close();
  };

  const write = (entries: ReadonlyMap<string, Uint8Array>): void => {
    const name = randomUUID();
    const draft = join(directory, `${name}.draft`);
    try {
      writePack(draft, entries);
      renameSync(draft, join(directory, name + packSuffix));
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
  };

  const sizeOf = (name: string): number => statSync(join(directory, name), { throwIfNoEntry: false })?.size ?? 0;

  /** Puts what is known and what is new into one file. */
  const rewrite = (known: readonly string[]): void => {
    const entries = new Map(pending);
    if (known.reduce((sum, name) => sum + sizeOf(name), pendingBytes) <= maxBytes) {
      const opened = openAll();
      try {
        for (const pack of opened) for (const [key, bytes] of pack.entries()) entries.set(key, bytes);
      } finally {
        closeAll(opened);
      }
    }
    write(entries);
    for (const name of known) rmSync(join(directory, name), { recursive: true, force: true });
  };

  const flush = (): void => {
    try {
      if (pending.size > 0) {
        makeDirectories(directory);
        const known = readdirSync(directory);
        if (known.length < maxPacks) write(pending);
        else rewrite(known);
      }
    } catch {
      // A later process parses it again.
    }
    pending.clear();
    pendingBytes = 0;
    // Others write too, and nobody says when the last evaluation is over.
    closeAll(packs ?? []);
    packs = undefined;
  };

  return {
    find(text, circumstances) {
      const key = keyOf(text, circumstances);
      const added = pending.get(key);
      if (added !== undefined) return added;
      packs ??= openAll();
      for (const pack of packs) {
        try {
          const bytes = pack.find(key);
          if (bytes !== undefined) return bytes;
        } catch {
          // The next one may have it.
        }
      }
      return undefined;
    },
    add(text, circumstances, tree) {
      pending.set(keyOf(text, circumstances), tree);
      pendingBytes += tree.length;
      if (pendingBytes > maxPendingBytes) flush();
    },
    flush,
  };
}
