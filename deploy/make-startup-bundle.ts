/**
 * Bundles the command line and the evaluating thread, so that `tvix` starts without finding and loading two hundred
 * modules. Does nothing if the bundle is current; `tvix` itself notices when it isn't and runs the sources.
 */
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import {
  type BundleManifest,
  bundlesDirectory,
  findCurrentBundle,
  lookAt,
  manifestName,
} from "../packages/cli/src/startup/startup-bundle.ts";

const root = join(import.meta.dirname, "..");
/** Each is bundled by itself: they share no memory, and what they had in common would be one more file to load. */
const entryPoints = ["packages/cli/src/command-line.ts", "packages/glue/src/evaluation/evaluation-worker.ts"];
const keptMs = 24 * 60 * 60 * 1000;
/** Libraries that every evaluation loads. All others stay where they are: some bring machine code. */
const bundledLibraries = /^(@tvix-mesh\/|@bufbuild\/protobuf(\/|$)|commander$)/;

const threadFile = "packages/glue/src/evaluation/evaluation-thread.ts";
const threadLocation = 'new URL("./evaluation-worker.ts", import.meta.url)';

/** Code that asks where it lies is told where its source lies; the thread's own code is next to it. */
function placed(source: string, path: string): string {
  if (path === join(root, threadFile) && !source.includes(threadLocation))
    throw new Error(`Cannot bundle: ${threadFile} starts its thread in another way than by ${threadLocation}`);
  return source
    .replaceAll(threadLocation, 'new URL("./evaluation-worker.mjs", bundleUrl())')
    .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
    .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)))
    .replaceAll("bundleUrl()", "import.meta.url");
}

const placing: Plugin = {
  name: "placing",
  setup({ onLoad, onResolve, resolve }) {
    onLoad({ filter: /\/(packages|services)\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => ({
      contents: placed(await readFile(path, "utf8"), path),
      loader: "ts",
    }));
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (pluginData === placing || kind === "entry-point" || path.startsWith("node:") || bundledLibraries.test(path))
        return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: placing });
      return found.errors.length > 0 ? found : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/** The files that the bundle stands for: what is in it, what says where packages lie, and what npm has installed. */
function sourcesOf(inputs: readonly string[]): readonly string[] {
  const ours = inputs.filter((path) => !path.includes("node_modules/"));
  const packages = new Set(ours.map((path) => join(path.split("/").slice(0, 2).join("/"), "package.json")));
  return [...ours, ...packages, "package.json", "package-lock.json", "deploy/make-startup-bundle.ts"].sort();
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
  const directory = `${Date.now()}-${process.pid}`;
  const code = join(bundlesDirectory, directory);
  const inputs = await Promise.all(entryPoints.map((entryPoint) => bundle(entryPoint, code)));
  const files = sourcesOf([...new Set(inputs.flat())]).map(lookAt);
  const manifest: BundleManifest = { node: process.version, directory, files };
  await writeFile(join(code, manifestName), JSON.stringify(manifest));
  await rename(join(code, manifestName), join(bundlesDirectory, manifestName));
  await removeOld(directory);
}

/** Answers all files that went into it. */
async function bundle(entryPoint: string, directory: string): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: [],
    metafile: true,
    plugins: [placing],
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}

if (findCurrentBundle() === undefined) await makeBundle();
