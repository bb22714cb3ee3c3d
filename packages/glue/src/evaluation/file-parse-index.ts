import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import type { ParseIndex } from "@tvix-mesh/eval";
import { digestOf, openPack, type PackEntry, type ParsePack, writePack } from "./parse-pack.ts";

/** As many files are made one. */
const maxPacks = 8;
/** Beyond it the directory is emptied: what is still of use comes back. */
const defaultMaxBytes = 256 << 20;
/** What waits for the end of an evaluation. */
const maxPendingBytes = 64 << 20;

const packSuffix = ".trees";

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

  const write = (entries: readonly PackEntry[]): ParsePack | undefined => {
    const name = randomUUID();
    const draft = join(directory, `${name}.draft`);
    try {
      writePack(draft, entries);
      renameSync(draft, join(directory, name + packSuffix));
    } catch (error) {
      rmSync(draft, { force: true });
      throw error;
    }
    return open(name + packSuffix);
  };

  /** Puts what is known and what is new into one file. */
  const rewrite = (known: readonly string[]): ParsePack[] => {
    const sizeBytes = known.reduce((sum, name) => sum + statSync(join(directory, name)).size, pendingBytes);
    const entries = new Map<string, Uint8Array>(pending);
    if (sizeBytes <= maxBytes) {
      for (const pack of openAll()) {
        for (const { key, bytes } of pack.entries()) entries.set(key, bytes);
        pack.close();
      }
    }
    const merged = write([...entries].map(([key, bytes]) => ({ key, bytes })));
    for (const name of known) rmSync(join(directory, name), { recursive: true, force: true });
    return merged === undefined ? [] : [merged];
  };

  const flush = (): void => {
    if (pending.size === 0) return;
    try {
      mkdirSync(directory, { recursive: true });
      const known = readdirSync(directory);
      if (known.length >= maxPacks) {
        for (const pack of packs ?? []) pack.close();
        packs = [];
        packs = rewrite(known);
      } else {
        const pack = write([...pending].map(([key, bytes]) => ({ key, bytes })));
        if (pack !== undefined) packs?.push(pack);
      }
    } catch {
      // A later process parses it again.
    }
    pending.clear();
    pendingBytes = 0;
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
