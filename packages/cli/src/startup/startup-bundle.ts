import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

/** A file that went into the bundle, and how it looked then. */
export interface BundledFile {
  /** Relative to the root of the repository. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

export interface BundleManifest {
  /** The root of the repository that it was made in: it names files there. */
  readonly root: string;
  /** The version of Node.js that it was made for. */
  readonly node: string;
  /** Where its code lies, below the manifest's directory. */
  readonly directory: string;
  readonly files: readonly BundledFile[];
}

/** The root of the repository. */
export const root: string = join(import.meta.dirname, "../../../..");

/** Where `make install` puts bundles: `npm ci` removes them with everything else that it has installed. */
export const bundlesDirectory: string = join(root, "node_modules/.cache/tvix-mesh/startup");

export const manifestName = "manifest.json";

/** How a file of the repository looks now. Throws if there is none. */
export function lookAt(path: string): BundledFile {
  const { size, mtimeMs } = statSync(join(root, path));
  return { path, sizeBytes: size, modifiedMs: mtimeMs };
}

function isUnchanged({ path, sizeBytes, modifiedMs }: BundledFile): boolean {
  const stats = statSync(join(root, path), { throwIfNoEntry: false });
  return stats?.size === sizeBytes && stats.mtimeMs === modifiedMs;
}

/**
 * The directory of the bundle, if the sources that went into it are those that are here; undefined if the sources have to
 * run as they are.
 */
export function findCurrentBundle(directory: string = bundlesDirectory): string | undefined {
  let manifest: BundleManifest;
  try {
    manifest = JSON.parse(readFileSync(join(directory, manifestName), "utf8"));
  } catch {
    return undefined;
  }
  const isCurrent = manifest.root === root && manifest.node === process.version && manifest.files.every(isUnchanged);
  return isCurrent ? join(directory, manifest.directory) : undefined;
}
