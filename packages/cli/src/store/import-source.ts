import { basename, dirname, resolve } from "node:path";
import {
  type CastoreServices,
  decompress,
  type ImportCache,
  type ImportProgress,
  type ImportTarOptions,
  type ImportTotals,
  importGitTree,
  importTar,
  importTree,
  measureTree,
  type Node,
} from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { importNar, type NarCalculation } from "@tvix-mesh/store";
import { type ArchiveInput, openArchive } from "./archive-input.ts";

/** Something that can be put into a store. */
export interface ImportSource {
  /** For messages. */
  readonly label: string;
  /** What it is called in the store unless the user says otherwise; undefined if the user must. */
  readonly name: string | undefined;
  store(castore: CastoreServices, options: StoreSourceOptions): Promise<StoredSource>;
}

export interface StoreSourceOptions extends CallOptions {
  /** What is known of files that were imported before. */
  readonly cache?: ImportCache | undefined;
  /** `fraction` from 0 to 1, if it is known. Only if it is given, it is worth finding out how much there is. */
  readonly onProgress: ((progress: ImportProgress, fraction: number | undefined) => void) | undefined;
}

export interface StoredSource {
  readonly node: Node;
  /** If it is known already. */
  readonly nar?: NarCalculation;
}

/** How much of all is done. Many small files count by their number, too. */
function fractionOf(progress: ImportProgress, totals: ImportTotals | undefined): number | undefined {
  if (!totals) return undefined;
  const ratio = (part: number, whole: number) => (whole === 0 ? 1 : Math.min(part / whole, 1));
  return (ratio(progress.bytes + progress.underWayBytes, totals.bytes) + ratio(progress.entries, totals.entries)) / 2;
}

/** A file or directory of this machine. */
export function pathSource(path: string): ImportSource {
  return {
    label: path,
    name: basename(resolve(path)),
    async store(castore, { onProgress, signal, cache }) {
      const measuring = new AbortController();
      let totals: ImportTotals | undefined;
      const measured = onProgress
        ? measureTree(resolve(path), { signal: measuring.signal }).then((found) => {
            totals = found;
          })
        : undefined;
      try {
        const report = (progress: ImportProgress) => onProgress?.(progress, fractionOf(progress, totals));
        return { node: await importTree(resolve(path), castore, { signal, cache, onProgress: report }) };
      } finally {
        measuring.abort();
        await measured;
      }
    },
  };
}

/** What is wrong with an archive, as an error that names it. */
async function namingArchive<Result>({ name }: ArchiveInput, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (!ServiceError.is(cause) || !["invalid-argument", "unimplemented"].includes(cause.code)) throw cause;
    throw new ServiceError(cause.code, `${name}: ${cause.message}`, { cause });
  }
}

const archiveSuffix = /\.(tar|tgz|txz|tzst|tbz2?|nar)$|\.(tar|nar)\.[a-z0-9]+$/;

/** `hello-2.12.tar.gz` → `hello-2.12` */
function archiveName(file: string): string | undefined {
  return file === "-" ? undefined : basename(resolve(file)).replace(archiveSuffix, "");
}

type ArchiveOptions = CallOptions & Pick<ImportTarOptions, "onProgress">;

/** An archive of either kind. `take` gets what is in it once it is decompressed. */
function archiveSource(
  file: string,
  take: (castore: CastoreServices, bytes: AsyncIterable<Uint8Array>, options: ArchiveOptions) => Promise<StoredSource>,
): ImportSource {
  return {
    label: file === "-" ? "standard input" : file,
    name: archiveName(file),
    async store(castore, { onProgress, signal }) {
      const archive = await openArchive(file, signal);
      const report = (progress: ImportProgress) => onProgress?.(progress, archive.fraction());
      return namingArchive(archive, take(castore, decompress(archive.bytes), { signal, onProgress: report }));
    },
  };
}

/** What a tar archive holds. */
export function tarSource(file: string, stripComponents: number | undefined): ImportSource {
  return archiveSource(file, async (castore, bytes, options) => ({
    node: await importTar(castore, bytes, { stripComponents, ...options }),
  }));
}

/** What a Nix archive holds. */
export function narSource(file: string): ImportSource {
  return archiveSource(file, async (castore, bytes, options) => {
    const { node, ...nar } = await importNar(castore, bytes, options);
    return { node, nar };
  });
}

/** A tree of a git repository. */
export function gitSource(repository: string, revision: string, hasEmptySubmodules: boolean): ImportSource {
  const path = resolve(repository);
  const name = basename(basename(path) === ".git" ? dirname(path) : path).replace(/\.git$/, "");
  return {
    label: `${revision} of ${repository}`,
    name,
    async store(castore, { onProgress, signal }) {
      let totals: ImportTotals | undefined;
      const node = await importGitTree(castore, path, revision, {
        submodules: hasEmptySubmodules ? "empty" : "refuse",
        signal,
        onTotals(all) {
          totals = all;
        },
        onProgress: (progress) => onProgress?.(progress, fractionOf(progress, totals)),
      });
      return { node };
    },
  };
}
