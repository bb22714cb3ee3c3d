import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..");
const libraries = ["proto", "service", "nix-compat", "castore", "store", "build", "eval", "glue"];
const daemons = readdirSync(join(root, "services"));

/** What each package may import of ours. One that isn't in the table can't be imported. */
const layers: Readonly<Record<string, readonly string[]>> = {
  proto: [],
  service: ["proto"],
  "nix-compat": [],
  castore: ["proto", "service"],
  store: ["proto", "service", "nix-compat", "castore"],
  build: ["proto", "service", "castore"],
  eval: ["nix-compat"],
  glue: ["proto", "service", "nix-compat", "castore", "store", "build", "eval"],
  cli: libraries,
  ...Object.fromEntries(daemons.map((daemon) => [daemon, libraries])),
};

interface Import {
  readonly file: string;
  readonly specifier: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.parentPath.includes("node_modules"))
    .map((entry) => join(entry.parentPath, entry.name));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(file, "utf8");
  const pattern =
    /(?:^|\n)\s*(?:import|export)\b[^;"'`]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s*"([^"]+)"/g;
  return [...text.matchAll(pattern)].map((match) => ({ file, specifier: match[1] ?? match[2] ?? match[3] ?? "" }));
}

function folderOf(name: string): string {
  return daemons.includes(name) ? `services/${name}/src` : `packages/${name}/src`;
}

/** `@scope/name/below` → `@scope/name` */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}

function isTest(file: string): boolean {
  return /\.test\.ts$|\/testing\/|\/conformance\.ts$/.test(file);
}

describe.each(Object.keys(layers))("%s", (name) => {
  const files = sources(folderOf(name)).filter((file) => !file.endsWith("_pb.js") && !file.endsWith("_pb.d.ts"));
  const imports = files.flatMap(importsOf);

  test("imports only the layers below it", () => {
    const wrong = imports.filter(({ file, specifier }) => {
      const other = /^@tvix-mesh\/([^/]+)/.exec(specifier)?.[1];
      if (other === undefined) return false;
      if (isTest(file) && other === "proto") return false;
      return other === name ? !isTest(file) : !layers[name]?.includes(other);
    });
    expect(wrong).toEqual([]);
  });

  test("reaches other packages by name, and never its own index", () => {
    const folder = join(root, folderOf(name));
    const wrong = imports.filter(({ file, specifier }) => {
      if (!specifier.startsWith(".")) return false;
      const target = join(file, "..", specifier);
      return !target.startsWith(folder) || target === join(folder, "index.ts");
    });
    expect(wrong).toEqual([]);
  });

  test("declares what it imports, and nothing else", () => {
    const manifest = JSON.parse(readFileSync(join(root, folderOf(name), "..", "package.json"), "utf8"));
    const declared = new Set(Object.keys(manifest.dependencies ?? {}));
    const outside = imports.filter(({ specifier }) => !specifier.startsWith(".") && !specifier.startsWith("node:"));
    const wrong = outside.filter(({ file, specifier }) => !isTest(file) && !declared.has(packageOf(specifier)));
    expect(wrong).toEqual([]);
    const imported = new Set(
      sources(folderOf(name))
        .flatMap(importsOf)
        .map(({ specifier }) => packageOf(specifier)),
    );
    expect([...declared].filter((dependency) => !imported.has(dependency))).toEqual([]);
  });

  test("reads process.env in one place, and traces only in the service kit and the evaluator's observer", () => {
    const code = files.filter((file) => !isTest(file)).map((file) => ({ file, text: readFileSync(file, "utf8") }));
    const environment = code.filter(
      ({ file, text }) => /process\.env\b/.test(text) && !file.endsWith("/process/environment.ts"),
    );
    const spans = code.filter(
      ({ file, text }) => text.includes("@opentelemetry/") && !/\/(service\/src|evaluator-observer\.ts)/.test(file),
    );
    expect([...environment, ...spans].map(({ file }) => file)).toEqual([]);
  });

  test("exports by name", () => {
    const wrong = files.filter((file) => /^export (\*|default)/m.test(readFileSync(file, "utf8")));
    expect(wrong).toEqual([]);
  });
});
