import { lstat, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { CheckoutCache, exportTree, type LinkMode } from "@tvix-mesh/castore";
import { defaultDataDirectory } from "@tvix-mesh/service";
import { writeOutput } from "../output.ts";
import { printWarning } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";
import { findStoredNode } from "./stored-node.ts";

export interface CheckoutOptions extends ServiceOptions {
  readonly linkMode: LinkMode | "auto";
  readonly copy?: true;
  readonly cache?: string;
  readonly verify?: true;
}

const words: Readonly<Record<LinkMode, string>> = {
  reflink: "reflinks",
  hardlink: "hard links, not to be changed",
  copy: "copies",
};

async function checkDestination(target: string): Promise<void> {
  if (await lstat(target).catch(() => undefined)) throw new Error(`Cannot write ${target}: there is something already`);
  const parent = await lstat(`${dirname(target)}/.`).catch(() => undefined);
  if (!parent?.isDirectory()) throw new Error(`Cannot write ${target}: there is no directory ${dirname(target)}`);
}

/**
 * `tvix store checkout`: writes a tree to a place where nothing may be yet, sharing files with earlier checkouts. After a
 * failure nothing is left there.
 */
export function checkout(path: string, destination: string, options: CheckoutOptions): Promise<never> {
  return runTracedCommand("store checkout", async (signal) => {
    const target = resolve(destination);
    await checkDestination(target);
    await using store = openStore(options);
    const { node } = await findStoredNode(store, path, { signal });
    const directory = resolve(options.cache ?? join(options.data ?? defaultDataDirectory(), "checkouts"));
    await using cache = await CheckoutCache.open(directory, {
      linkMode: options.copy ? "copy" : options.linkMode,
      targetDirectory: dirname(target),
      verify: options.verify,
      report: printWarning,
    });
    try {
      await exportTree(node, target, await openCastore(store), { signal, placeFile: cache.place });
    } catch (error) {
      await rm(target, { recursive: true, force: true });
      throw error;
    }
    const { fetched, kept } = cache.counts;
    const files = fetched === 1 ? "file" : "files";
    await writeOutput(
      `checked out ${target} as ${words[cache.linkMode]}: ${fetched} ${files} fetched, ${kept} shared\n`,
    );
  });
}
