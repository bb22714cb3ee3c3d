import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type ImportCache, openImportCache } from "@tvix-mesh/castore";
import { FormatError, noReferences, storePathNameProblem } from "@tvix-mesh/nix-compat";
import { environment } from "@tvix-mesh/service/environment";
import { addAddressedContents, addNode, type PathInfo, type StoreServices } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { printWarning } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { createImportDisplay, type ImportDisplay } from "./import-display.ts";
import { gitSource, type ImportSource, narSource, pathSource, tarSource } from "./import-source.ts";
import { openCastore } from "./open-castore.ts";

export interface ImportOptions extends ServiceOptions {
  readonly name?: string;
  readonly tar?: string;
  readonly stripComponents?: number;
  readonly nar?: string;
  readonly git?: string;
  readonly rev?: string;
  readonly emptySubmodules?: true;
  readonly readAll?: true;
}

/** What goes with one kind of source alone. */
function requireSources({ tar, git, stripComponents, rev, emptySubmodules }: ImportOptions): void {
  if (tar === undefined && stripComponents !== undefined)
    throw new Error("Cannot strip components: that is for --tar alone");
  if (git === undefined && (rev !== undefined || emptySubmodules))
    throw new Error(`Cannot heed --${rev === undefined ? "empty-submodules" : "rev"}: that is for --git alone`);
}

/** Everything that the command line names; it may name archives and repositories besides paths. */
function sourcesOf(paths: readonly string[], options: ImportOptions): readonly ImportSource[] {
  const { tar, stripComponents, nar, git, rev = "HEAD", emptySubmodules = false } = options;
  requireSources(options);
  if (tar === "-" && nar === "-") throw new Error("Cannot read two archives from standard input");
  const sources = [
    ...paths.map(pathSource),
    ...(tar === undefined ? [] : [tarSource(tar, stripComponents)]),
    ...(nar === undefined ? [] : [narSource(nar)]),
    ...(git === undefined ? [] : [gitSource(git, rev, emptySubmodules)]),
  ];
  if (sources.length === 0) throw new Error("Cannot import nothing: give a PATH, --tar, --nar or --git");
  if (options.name !== undefined && sources.length > 1)
    throw new Error(`Cannot name ${sources.length} paths "${options.name}"`);
  return sources;
}

/** A name that a store path may have; found out before anything is stored. */
function requireName(source: ImportSource, given: string | undefined): string {
  const name = given ?? source.name;
  if (name === undefined) throw new Error(`Cannot import ${source.label}: it has no name; give one with --name`);
  const problem = storePathNameProblem(name);
  if (problem !== undefined) throw new FormatError(`Cannot import ${source.label}: ${problem}`);
  return name;
}

async function addSource(
  services: StoreServices,
  source: ImportSource,
  name: string,
  { display, cache }: { readonly display: ImportDisplay | undefined; readonly cache: ImportCache | undefined },
  signal: AbortSignal,
): Promise<PathInfo> {
  display?.start(name);
  const { node, nar } = await source.store(services, { signal, cache, onProgress: display?.progress });
  display?.finishing();
  if (!nar) return await addNode(services, name, node, { signal });
  const ca = { method: "recursive", hash: { algorithm: "sha256", digest: nar.narSha256 } } as const;
  return await addAddressedContents(services, { name, node, nar, ca, references: noReferences }, { signal });
}

/** What is known of files that were imported before. Without it, everything is read. */
function openCache(): ImportCache | undefined {
  const directory = environment.get("XDG_CACHE_HOME") ?? join(homedir(), ".cache");
  try {
    return openImportCache(join(directory, "tvix-mesh", "imports.lmdb"));
  } catch (error) {
    printWarning(`${error instanceof Error ? error.message : error}; reading all files`);
    return undefined;
  }
}

/** None where nobody looks on. */
function openDisplay(): ImportDisplay | undefined {
  const isTerminal = process.stderr.isTTY && environment.get("TERM") !== "dumb";
  return isTerminal ? createImportDisplay(process.stderr) : undefined;
}

/** `tvix store import`: adds what paths, archives and repositories hold, and prints the store paths. */
export function importPaths(paths: readonly string[], options: ImportOptions): Promise<never> {
  return runTracedCommand("store import", async (signal) => {
    const named = sourcesOf(paths, options).map((source) => ({ source, name: requireName(source, options.name) }));
    await using store = openStore(options);
    const castore = await openCastore(store);
    const services = { ...castore, pathInfos: await store.pathInfos(), narCalculation: await store.narCalculation() };
    using display = openDisplay();
    await using cache = paths.length === 0 || options.readAll ? undefined : openCache();
    for (const { source, name } of named) {
      const { storePath } = await addSource(services, source, name, { display, cache }, signal);
      display?.clear();
      await writeOutput(`${storePath.absolute()}\n`);
    }
  });
}
