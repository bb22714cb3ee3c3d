import { pathToFileURL } from "node:url";
import { build, type Plugin } from "esbuild";
import { createPlacing, root } from "./placing.ts";

/** Libraries that every evaluation loads. All others stay where they are: some bring machine code. */
const bundledLibraries = /^(@tvix-mesh\/|@bufbuild\/protobuf(\/|$)|commander$)/;

const leavingLibraries: Plugin = {
  name: "leaving-libraries",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      if (
        pluginData === leavingLibraries ||
        kind === "entry-point" ||
        path.startsWith("node:") ||
        bundledLibraries.test(path)
      )
        return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: leavingLibraries });
      return found.errors.length > 0 ? found : { path: pathToFileURL(found.path).href, external: true };
    });
  },
};

/** Bundles modules, by the names that they get, with what they share. Answers all files that went into it. */
export async function bundleModules(
  entryPoints: Readonly<Record<string, string>>,
  directory: string,
): Promise<readonly string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { ...entryPoints },
    outdir: directory,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    conditions: [],
    metafile: true,
    plugins: [createPlacing(directory), leavingLibraries],
    logLevel: "warning",
  });
  return Object.keys(metafile.inputs);
}
