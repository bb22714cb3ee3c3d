import { homedir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type B3Digest, type CastoreServices, type ImportCache, openImportCache } from "@tvix-mesh/castore";
import { FormatError, noReferences, storePathNameProblem } from "@tvix-mesh/nix-compat";
import { environment } from "@tvix-mesh/service/environment";
import { addAddressedContents, addNode } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { printWarning } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { type OpenStore, openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { createImportDisplay, type ImportDisplay } from "./import-display.ts";
import { gitSource, type ImportSource, narSource, pathSource, type StoredSource, tarSource } from "./import-source.ts";
import { openCastore } from "./open-castore.ts";

export interface ImportOptions extends ServiceOptions {
  readonly name?: string;
  readonly tar?: string;
  readonly stripComponents?: number;
  readonly nar?: string;
  readonly git?: string;
  readonly rev?: string;
  readonly emptySubmodules?: true;
  readonly contentsOnly?: true;
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

/** Gives what is stored a store path, and answers it. */
async function addNamed(
  store: OpenStore,
  castore: CastoreServices,
  name: string,
  { node, nar }: StoredSource,
  signal: AbortSignal,
): Promise<string> {
  const services = { ...castore, pathInfos: await store.pathInfos(), narCalculation: await store.narCalculation() };
  if (!nar) return (await addNode(services, name, node, { signal })).storePath.absolute();
  const ca = { method: "recursive", hash: { algorithm: "sha256", digest: nar.narSha256 } } as const;
  const contents = { name, node, nar, ca, references: noReferences };
  return (await addAddressedContents(services, contents, { signal })).storePath.absolute();
}

function digestOf({ label }: ImportSource, { node }: StoredSource): B3Digest {
  if (node.kind === "symlink") throw new Error(`Cannot tell a digest of ${label}: a symbolic link has none`);
  return node.digest;
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

/** What there is to import, with the names that store paths need. */
function namedSources(paths: readonly string[], options: ImportOptions) {
  const sources = sourcesOf(paths, options);
  if (!options.contentsOnly) return sources.map((source) => ({ source, name: requireName(source, options.name) }));
  if (options.name !== undefined)
    throw new Error(`Cannot name contents "${options.name}": only store paths have names`);
  return sources.map((source) => ({ source, name: undefined }));
}

/**
 * `tvix store import`: adds what paths, archives and repositories hold, and prints the store paths, or the digests of
 * what is stored without any.
 */
export function importPaths(paths: readonly string[], options: ImportOptions): Promise<never> {
  return runTracedCommand("store import", async (signal) => {
    const named = namedSources(paths, options);
    await using store = openStore(options);
    const castore = await openCastore(store);
    // What can't be opened is better known before than afterwards.
    if (!options.contentsOnly) await store.pathInfos();
    using display = openDisplay();
    await using cache = paths.length === 0 || options.readAll ? undefined : openCache();
    for (const { source, name } of named) {
      display?.start(name ?? source.label);
      const stored = await source.store(castore, { signal, cache, onProgress: display?.progress });
      display?.finishing();
      const line = name === undefined ? digestOf(source, stored) : await addNamed(store, castore, name, stored, signal);
      display?.clear();
      await writeOutput(`${line}\n`);
    }
  });
}
