import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Plugin } from "esbuild";

/** The root of the repository. */
export const root = join(import.meta.dirname, "../..");

/** Programs of their own, by the name that they have in a bundle, and where they are started. */
export const programs = {
  "evaluation-worker": "packages/glue/src/evaluation/evaluation-worker.ts",
  "evaluation-process-main": "packages/glue/src/evaluation/evaluation-process-main.ts",
} as const;
const starters: Readonly<Record<string, keyof typeof programs>> = {
  [join(root, "packages/glue/src/evaluation/evaluation-thread.ts")]: "evaluation-worker",
  [join(root, "packages/glue/src/evaluation/evaluation-process.ts")]: "evaluation-process-main",
};

/** Code that asks where it lies is told where its source lies; the programs that it starts are in the bundle. */
function placed(source: string, path: string, directory: string): string {
  let text = source;
  const program = starters[path];
  if (program !== undefined) {
    const location = `new URL("./${program}.ts", import.meta.url)`;
    if (!text.includes(location))
      throw new Error(`Cannot bundle: ${path} starts ${program} in another way than by ${location}`);
    text = text.replaceAll(
      location,
      `new URL(${JSON.stringify(pathToFileURL(join(directory, `${program}.mjs`)).href)})`,
    );
  }
  return text
    .replaceAll("import.meta.url", JSON.stringify(pathToFileURL(path).href))
    .replaceAll("import.meta.dirname", JSON.stringify(dirname(path)));
}

/** Keeps what our sources know of their places right, in a bundle that lies in `directory`. */
export function createPlacing(directory: string): Plugin {
  return {
    name: "placing",
    setup({ onLoad }) {
      onLoad({ filter: /\/(packages|services)\/[^/]+\/src\/.*\.ts$/ }, async ({ path }) => ({
        contents: placed(await readFile(path, "utf8"), path, directory),
        loader: "ts",
      }));
    },
  };
}
