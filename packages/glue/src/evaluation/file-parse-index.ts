import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { threadId } from "node:worker_threads";
import type { ParseIndex } from "@tvix-mesh/eval";

/** To be raised when the parser changes in what it takes or in the nodes that it makes. */
const formatVersion = 1;

/** Beyond it the directory is emptied: what is still of use comes back. A file has 100 KB at most. */
const maxFiles = 1000;

/** Ranges of texts, each in a file below a directory. What can't be read or written isn't there. */
export function createFileParseIndex(directory: string): ParseIndex {
  const fileOf = (text: string, circumstances: string): string => {
    const hash = createHash("sha256").update(`${formatVersion}\n${circumstances}\n`).update(text, "latin1");
    return join(directory, hash.digest("hex"));
  };
  return {
    find(text, circumstances) {
      try {
        const bytes = readFileSync(fileOf(text, circumstances));
        return new Uint32Array(new Uint8Array(bytes).buffer);
      } catch {
        return undefined;
      }
    },
    add(text, circumstances, ranges) {
      const file = fileOf(text, circumstances);
      const draft = `${file}.${process.pid}.${threadId}`;
      try {
        mkdirSync(directory, { recursive: true });
        const known = readdirSync(directory);
        if (known.length >= maxFiles) for (const name of known) rmSync(join(directory, name));
        writeFileSync(draft, new Uint8Array(ranges.buffer));
        renameSync(draft, file);
      } catch {
        // The next evaluation parses it as a whole again.
      }
    },
  };
}
