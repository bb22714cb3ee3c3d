import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { join, relative } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { build, type Plugin } from "esbuild";
import { bundleModules } from "./bundle-modules.ts";
import { createPlacing, root } from "./placing.ts";

const entryPoint = "packages/cli/src/startup/eval-snapshot.ts";
/** The commands besides `tvix eval`, which the snapshot isn't used for. */
const otherCommands = /\/packages\/cli\/src\/commands\/(?!eval\.ts$)/;

/** The Node.js that `bin/tvix` starts, and the directory of its package: a snapshot is of no use to any other. */
const nodePackage = join(root, `node_modules/node-linux-${process.arch}`);
const node = join(nodePackage, "bin/node");
/** It goes when that Node.js goes. */
const snapshot = join(nodePackage, "tvix-eval.snapshot");
/** As in `bin/tvix`. */
const plainOptions = ["--disable-sigusr1", "--max-semi-space-size=64"];
const options = [
  "--min-semi-space-size=8",
  "--max-semi-space-size=64",
  "--max-old-space-size=5184",
  "--expose-gc",
  "--v8-pool-size=1",
  "--stack-size=262144",
];

/** Leaves out what is imported later, unless the entry point imports it itself, and notes it. */
function createLeavingLater(prepared: ReadonlySet<string>, later: Map<string, string>): Plugin {
  return {
    name: "leaving-later",
    setup({ onResolve, resolve }) {
      onResolve({ filter: /.*/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
        if (kind !== "dynamic-import" || pluginData === "resolving") return undefined;
        const found = await resolve(path, { importer, resolveDir, kind: "import-statement", pluginData: "resolving" });
        if (found.errors.length > 0 || prepared.has(found.path)) return found;
        const name = `later/${relative(root, found.path).replaceAll(/[^\w/-]/g, "-")}`;
        if (!otherCommands.test(found.path)) later.set(name, found.path);
        return { path: `${name}.mjs`, external: true };
      });
    },
  };
}

/**
 * What the snapshot's code asks for is built into Node.js, or lies in the bundle. The cryptography of Node.js must be no
 * part of the snapshot: threads of the process inherit its native half, and can't load it any more.
 */
function banner(directory: string): string {
  const base = JSON.stringify(join(directory, "from-here.cjs"));
  return `const requireBuiltin = require;
const cryptography = new Proxy({}, {
  get(_, name) {
    if (requireBuiltin("node:v8").startupSnapshot.isBuildingSnapshot())
      throw new Error("Cannot make a snapshot: it calls " + name + " of node:crypto");
    return requireBuiltin("node:crypto")[name];
  },
});
require = (name) => {
  if (name === "node:crypto") return cryptography;
  if (!name.startsWith("later/")) return requireBuiltin(name);
  return process.getBuiltinModule("node:module").createRequire(${base})("./" + name);
};`;
}

/**
 * Makes the snapshot that `tvix eval` starts from, and bundles what it loads later. Answers all files that went into it.
 * Without the Node.js of the project there is none.
 */
export async function makeSnapshot(directory: string): Promise<readonly string[]> {
  if (!existsSync(node)) return [];
  const code = join(directory, "eval-snapshot.cjs");
  const prepared = [
    "packages/cli/src/commands/eval.ts",
    "packages/cli/src/evaluate/evaluate.ts",
    "packages/cli/src/services/open-local-evaluator.ts",
  ].map((path) => join(root, path));
  const later = new Map<string, string>();
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile: code,
    bundle: true,
    format: "cjs",
    platform: "node",
    target: "node24",
    supported: { "dynamic-import": false },
    conditions: [],
    banner: { js: banner(directory) },
    define: {
      bundleDirectory: JSON.stringify(directory),
      plainOptions: JSON.stringify(plainOptions),
    },
    metafile: true,
    plugins: [createPlacing(directory), createLeavingLater(new Set(prepared), later)],
    logLevel: "warning",
  });
  const laterInputs = await bundleModules(Object.fromEntries(later), directory);
  const draft = `${snapshot}.${process.pid}`;
  try {
    await promisify(execFile)(node, [...options, "--no-warnings", "--snapshot-blob", draft, "--build-snapshot", code]);
    await rename(draft, snapshot);
  } finally {
    await rm(draft, { force: true });
  }
  return [...Object.keys(metafile.inputs), ...laterInputs];
}
