import type { EvalIO } from "../eval-io.ts";
import { EvalIOError } from "../eval-io.ts";
import { withIOErrors } from "../run/io-errors.ts";
import type { Machine } from "../run/machine.ts";
import { makeAttrs } from "../values/attrs.ts";
import { byteStringFromBytes } from "../values/byte-string.ts";
import { canonicalPath } from "../values/canonical-path.ts";
import { NixError } from "../values/nix-error.ts";
import { ContextString, contextOf, type Lazy, makeString, NixPath, textOf, type Value } from "../values/value.ts";
import { bundledFiles, bundledPrefix } from "./bundled-files.ts";
import { type CoreBuiltin, define } from "./define.ts";
import { importedDerivation } from "./imported-derivation.ts";
import { hashOf } from "./strings.ts";
import { textOfFile } from "./text-of-file.ts";

function first(name: string): string {
  return `evaluating the first argument passed to builtins.${name}`;
}

function second(name: string): string {
  return `evaluating the second argument passed to builtins.${name}`;
}

function noSuchFile(path: string): NixError {
  return new NixError("file", `getting status of '${path}': No such file or directory`);
}

/** Bytes of a file, those that come with the evaluator among them. */
function readBytes(io: EvalIO, path: string): string {
  const bundled = bundledFiles.get(path);
  return bundled ?? byteStringFromBytes(withIOErrors(() => io.readFile(path)));
}

export const fileBuiltins: readonly CoreBuiltin[] = [
  define("import", (machine, path) => {
    const file = machine.realisePath(path, first("import"));
    return importedDerivation(machine, file) ?? machine.importFile(file);
  }),
  define("scopedImport", (machine, scope, path) => {
    const file = machine.realisePath(path, second("scopedImport"));
    const derivation = importedDerivation(machine, file);
    if (derivation !== undefined) return derivation;
    return machine.files.importFileWithScope(file, machine.forceAttrs(scope, first("scopedImport")));
  }),
  define("readFile", (machine, path) => {
    const file = machine.realisePath(path, first("readFile"));
    const text = readBytes(machine.io, file);
    if (text.includes("\0")) {
      throw new NixError("evaluation", `the contents of the file '${file}' cannot be represented as a Nix string`);
    }
    return textOfFile(machine, file, text);
  }),
  define("readDir", (machine, path) => {
    const directory = machine.realisePath(path, first("readDir"));
    return makeAttrs(withIOErrors(() => machine.io.readDir(directory)));
  }),
  define("readFileType", (machine, path) => {
    const file = machine.realisePath(path, first("readFileType"));
    const type = withIOErrors(() => machine.io.fileType(file));
    if (type === undefined) throw noSuchFile(file);
    return type;
  }),
  define("pathExists", pathExists),
  define("hashFile", (machine, algorithm, path) => {
    const name = machine.forcePlainString(algorithm, first("hashFile"));
    return hashOf(name, () => {
      const file = machine.realisePath(path, second("hashFile"));
      return withIOErrors(() => machine.io.readFile(file));
    });
  }),
  define("findFile", (machine, entries, name) => {
    const list = machine.forceList(entries, first("findFile"));
    const places = list.map((entry) => searchPathPlace(machine, entry));
    return findFile(machine, places, machine.forcePlainString(name, second("findFile")));
  }),
  define("toPath", (machine, path) => {
    const coerced = machine.coerceToPath(path, first("toPath"));
    return makeString(canonicalPath(coerced.path), coerced.context);
  }),
  define("baseNameOf", (machine, path) => {
    const coerced = machine.coerceToString(path, { copyToStore: false, coerceMore: false }, first("baseNameOf"));
    return makeString(baseName(textOf(coerced)), contextOf(coerced));
  }),
  define("dirOf", (machine, path) => {
    const forced = machine.force(path);
    if (forced instanceof NixPath) return new NixPath(directoryName(forced.path));
    const coerced = machine.coerceToString(forced, { copyToStore: false, coerceMore: false }, first("dirOf"));
    return makeString(directoryName(textOf(coerced)), contextOf(coerced));
  }),
  define("getEnv", (machine, name) => {
    const variable = machine.forcePlainString(name, first("getEnv"));
    return withIOErrors(() => machine.io.environmentVariable(variable)) ?? "";
  }),
];

function pathExists(machine: Machine, path: Lazy): Value {
  const value = machine.force(path);
  let file: string;
  let mustBeDirectory = false;
  if (value instanceof NixPath) file = value.path;
  else {
    // What a set is coerced to says nothing by its last slash.
    const isText = typeof value === "string" || value instanceof ContextString;
    mustBeDirectory = isText && /\/\.?$/.test(textOf(value));
    file = machine.realisePath(value, first("pathExists"));
  }
  if (bundledFiles.has(file)) return true;
  try {
    if (!mustBeDirectory) return machine.io.fileType(file) !== undefined;
    return machine.io.pathExists(file) && machine.io.fileType(machine.io.resolveSymlinks(file)) === "directory";
  } catch (error) {
    if (error instanceof EvalIOError) return false;
    throw error;
  }
}

/** The last component; of what ends in one slash, the one before. */
function baseName(path: string): string {
  if (path === "") return "";
  const end = path.endsWith("/") && path.length > 1 ? path.length - 1 : path.length;
  const slash = path.lastIndexOf("/", end - 1);
  return path.slice(slash + 1, end);
}

function directoryName(path: string): string {
  const slash = path.lastIndexOf("/");
  if (slash < 0) return ".";
  return slash === 0 ? "/" : path.slice(0, slash);
}

/** Looks a name such as `nixpkgs/lib` up in a list of `{ prefix, path }`, then among the bundled `nix/…` files. */
interface SearchPathPlace {
  readonly prefix: string;
  readonly root: string;
}

function searchPathPlace(machine: Machine, entry: Lazy): SearchPathPlace {
  const set = machine.forceAttrs(entry, "evaluating an element of the list passed to builtins.findFile");
  const prefixValue = set.get("prefix");
  const prefix = prefixValue === undefined ? "" : machine.forcePlainString(prefixValue);
  const pathValue = set.get("path");
  if (pathValue === undefined) throw new NixError("missing-attribute", "attribute 'path' missing");
  const coerced = machine.coerceToString(pathValue, { copyToStore: false, coerceMore: false });
  return { prefix, root: textOf(coerced).startsWith("/") ? machine.realisePath(coerced) : textOf(coerced) };
}

function findFile(machine: Machine, places: readonly SearchPathPlace[], name: string): Value {
  for (const { prefix, root } of places) {
    const rest = suffixAfter(prefix, name);
    if (rest === undefined) continue;
    const found = searchPathDirectory(machine.io, root);
    if (found === undefined) continue;
    const candidate = canonicalPath(`${found}/${rest}`);
    if (withIOErrors(() => machine.io.pathExists(candidate))) return new NixPath(candidate);
  }
  const bundled = `${bundledPrefix}${name.slice("nix/".length)}`;
  if (name.startsWith("nix/") && bundledFiles.has(bundled)) return new NixPath(bundled);
  throw new NixError(
    "search-path",
    `file '${name}' was not found in the Nix search path (add it using $NIX_PATH or -I)`,
  );
}

function searchPathDirectory(io: EvalIO, entry: string): string | undefined {
  if (io.resolveSearchPath !== undefined) return withIOErrors(() => io.resolveSearchPath?.(entry));
  return entry.startsWith("/") ? entry : undefined;
}

/** What is left of a name behind the prefix of a search path entry; undefined if it doesn't have that prefix. */
function suffixAfter(prefix: string, name: string): string | undefined {
  if (prefix === "") return name;
  if (!name.startsWith(prefix)) return undefined;
  if (name.length === prefix.length) return "";
  return name[prefix.length] === "/" ? name.slice(prefix.length + 1) : undefined;
}
