import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { LRUCache } from "lru-cache";
import type { Directory } from "../directory.ts";
import type { DirectoryService } from "../directory-service/directory-service.ts";
import type { DirectoryNode } from "../node.ts";

/** What is kept, counted in entries: about 40 MB. */
const mostEntries = 200_000;

/** How many are read at once, ahead of being asked for. */
const mostAhead = 64;

/** Directories that were read, the last ones kept. */
export class DirectoryCache {
  readonly #directories: DirectoryService;
  readonly #options: CallOptions;
  readonly #kept = new LRUCache<string, Directory>({
    maxSize: mostEntries,
    sizeCalculation: ({ entries }) => entries.length + 1,
  });
  readonly #underWay = new Map<string, Promise<Directory>>();

  constructor(directories: DirectoryService, options: CallOptions) {
    this.#directories = directories;
    this.#options = options;
  }

  /** At once, if it is kept. */
  get(node: DirectoryNode): Directory | Promise<Directory> {
    const { hex } = node.digest;
    const kept = this.#kept.get(hex);
    if (kept) return kept;
    let reading = this.#underWay.get(hex);
    if (!reading) {
      reading = this.#read(node).finally(() => this.#underWay.delete(hex));
      this.#underWay.set(hex, reading);
    }
    return reading;
  }

  /** Begins to read what a directory lists: who lists it often looks into that next, and a service may be far. */
  readAhead(directory: Directory): void {
    for (const child of directory.children()) {
      if (this.#underWay.size >= mostAhead) return;
      const reading = this.get(child);
      // Who wants it is told.
      if (reading instanceof Promise) reading.catch(() => undefined);
    }
  }

  async #read({ digest }: DirectoryNode): Promise<Directory> {
    const directory = await this.#directories.get(digest, this.#options);
    if (!directory) throw new ServiceError("not-found", `Cannot read directory ${digest}: no such directory`);
    this.#kept.set(digest.hex, directory);
    return directory;
  }
}
