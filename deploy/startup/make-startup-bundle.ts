/**
 * Bundles the command line and the evaluating programs, and makes the snapshot that `tvix eval` starts from, so that `tvix`
 * starts without finding and loading two hundred modules. Does nothing if the bundle is current; `tvix` itself notices
 * when it isn't and runs the sources.
 */
import { readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import {
  type BundleManifest,
  bundlesDirectory,
  findCurrentBundle,
  lookAt,
  manifestName,
  root,
} from "../../packages/cli/src/startup/startup-bundle.ts";
import { bundleModules } from "./bundle-modules.ts";
import { makeSnapshot } from "./make-snapshot.ts";
import { programs } from "./placing.ts";

const makers = ["bundle-modules", "make-snapshot", "make-startup-bundle", "placing"].map(
  (name) => `deploy/startup/${name}.ts`,
);
const keptMs = 24 * 60 * 60 * 1000;

/** The files that the bundle stands for: what is in it, what says where packages lie, and what npm has installed. */
function sourcesOf(inputs: readonly string[]): readonly string[] {
  const ours = inputs.filter((path) => !path.includes("node_modules/") && !path.startsWith("<define:"));
  const packages = new Set(ours.map((path) => join(path.split("/").slice(0, 2).join("/"), "package.json")));
  return [...ours, ...packages, ...makers, "package.json", "package-lock.json"].sort();
}

/** Commands that run now may still load parts of the bundle that they were started from. */
async function removeOld(current: string): Promise<void> {
  for (const { name, parentPath } of await readdir(bundlesDirectory, { withFileTypes: true })) {
    const path = join(parentPath, name);
    const { mtimeMs } = await stat(path);
    if (name !== current && name !== manifestName && mtimeMs < Date.now() - keptMs)
      await rm(path, { recursive: true, force: true });
  }
}

async function makeBundle(): Promise<void> {
  const startMs = Date.now();
  const directory = `${startMs}-${process.pid}`;
  const code = join(bundlesDirectory, directory);
  // Each is bundled by itself: they share no memory, and what they had in common would be one more file to load.
  const inputs = await Promise.all([
    bundleModules({ "command-line": "packages/cli/src/command-line.ts" }, code),
    ...Object.entries(programs).map(([name, path]) => bundleModules({ [name]: path }, code)),
    makeSnapshot(code),
  ]);
  const files = sourcesOf([...new Set(inputs.flat())]).map(lookAt);
  const changed = files.find(({ modifiedMs }) => modifiedMs > startMs);
  if (changed) throw new Error(`Cannot bundle: ${changed.path} has changed meanwhile`);
  const manifest: BundleManifest = { root, node: process.version, directory, files };
  await writeFile(join(code, manifestName), JSON.stringify(manifest));
  await rename(join(code, manifestName), join(bundlesDirectory, manifestName));
  await removeOld(directory);
}

if (findCurrentBundle() === undefined) await makeBundle();
