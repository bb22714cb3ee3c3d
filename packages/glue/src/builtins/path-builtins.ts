import { type BuiltinContext, type BuiltinDefinition, type EvalIO, EvalIOError, type Lazy } from "@tvix-mesh/eval";
import {
  encodeHex,
  type FixedOutputMethod,
  formatNixHash,
  makeFixedOutputPath,
  parseOutputHash,
  type StorePath,
} from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { TreeFilter } from "../sources/hash-tree.ts";
import type { AddTreeOptions } from "../sources/source-registry.ts";
import type { AddedTree, TreeAdder } from "../sources/tree-adder.ts";
import { reportingFormatErrors, storePathString } from "./store-builtins.ts";

export interface PathBuiltinsOptions {
  readonly addTree: TreeAdder;
  readonly files: Pick<EvalIO, "fileType" | "resolveSymlinks">;
  /** Whether the store itself has it: not what this evaluation is yet to send there. */
  isInStore(storePath: string): boolean;
}

/** A Nix function `path: type: bool` as a filter. */
function toFilter(context: BuiltinContext, filter: Lazy | undefined): TreeFilter | undefined {
  if (filter === undefined) return undefined;
  const callee = context.forceFunction(filter, "evaluating the filter function");
  return (path, type) =>
    context.forceBoolean(context.call(callee, path, type), "evaluating the return value of the path filter");
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** What the file system, the services or the rules of names refuse becomes an error of the program. */
function reportingPathErrors<Result>(context: BuiltinContext, path: string, compute: () => Result): Result {
  return reportingFormatErrors(context, () => {
    try {
      return compute();
    } catch (error) {
      if (error instanceof EvalIOError) return context.fail("file", error.message);
      if (ServiceError.is(error)) return context.fail("store", error.message);
      if (isSystemError(error)) return context.fail("file", `getting status of '${path}': ${error.message}`);
      throw error;
    }
  });
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}

/** Whether a look at what was there before finds the same; what is gone is not the same. */
function isSame(look: () => boolean): boolean {
  try {
    return look();
  } catch (error) {
    if (error instanceof EvalIOError || isSystemError(error)) return false;
    throw error;
  }
}

/** What is copied for `path`: where it leads, if it is itself a symlink. Links within a tree stay links. */
function targetOf(context: BuiltinContext, { files }: PathBuiltinsOptions, path: string): string {
  const follow = () => (files.fileType(path) === "symlink" ? files.resolveSymlinks(path) : path);
  const target = follow();
  context.dependsOn(`target of ${path}`, () => isSame(() => follow() === target));
  return target;
}

function addPath(
  context: BuiltinContext,
  options: PathBuiltinsOptions,
  path: string,
  treeOptions: AddTreeOptions,
): AddedTree {
  return reportingPathErrors(context, path, () => {
    const target = targetOf(context, options, path);
    const added = options.addTree(target, treeOptions);
    const { isUnchanged } = added;
    context.dependsOn(`tree ${added.storePath.absolute()} ${target}`, isUnchanged && (() => isSame(isUnchanged)));
    return added;
  });
}

/** `filterSource filter path`. */
function createFilterSource(options: PathBuiltinsOptions): BuiltinDefinition {
  return {
    name: "filterSource",
    arity: 2,
    run(context, filter, pathArgument) {
      const path = context.realisePath(pathArgument, "evaluating the second argument passed to builtins.filterSource");
      const treeOptions = { name: baseName(path), filter: toFilter(context, filter) };
      return storePathString(addPath(context, options, path, treeOptions).storePath);
    },
  };
}

const pathAttributes = ["filter", "name", "path", "recursive", "sha256"];

/** `path { path, name ?, filter ?, recursive ?, sha256 ? }`. */
function createPath(options: PathBuiltinsOptions): BuiltinDefinition {
  return {
    name: "path",
    arity: 1,
    run(context, argument) {
      const attrs = context.forceAttrs(argument, "evaluating the argument passed to builtins.path");
      for (const name of attrs.names())
        if (!pathAttributes.includes(name))
          context.fail("unexpected-argument", `unsupported argument '${name}' to 'addPath'`);
      const pathValue = attrs.get("path");
      if (pathValue === undefined) return context.fail("missing-attribute", "'path' required");
      const path = context.realisePath(pathValue, "evaluating the `path` attribute passed to builtins.path");
      const nameValue = attrs.get("name");
      const givenName = nameValue === undefined ? "" : context.forcePlainString(nameValue);
      const name = givenName === "" ? baseName(path) : givenName;
      const recursive = attrs.get("recursive");
      const method = recursive === undefined || context.forceBoolean(recursive) ? "recursive" : "flat";
      const filter = toFilter(context, attrs.get("filter"));
      const treeOptions = { name, method, filter } as const;
      const hash = attrs.get("sha256");
      if (hash === undefined) return storePathString(addPath(context, options, path, treeOptions).storePath);
      return storePathString(addExpected(context, options, path, treeOptions, context.forcePlainString(hash)));
    },
  };
}

/** What the store has already is neither read nor filtered. */
function addExpected(
  context: BuiltinContext,
  options: PathBuiltinsOptions,
  path: string,
  treeOptions: AddTreeOptions & { readonly method: FixedOutputMethod },
  expected: string,
): StorePath {
  const wanted = reportingFormatErrors(context, () => parseOutputHash(expected, "sha256"));
  return reportingPathErrors(context, path, () => {
    const wantedPath = makeFixedOutputPath(treeOptions.name, treeOptions.method, wanted);
    const absolute = wantedPath.absolute();
    const isThere = options.isInStore(absolute);
    context.dependsOn(`store path ${absolute}`, () => options.isInStore(absolute) === isThere);
    if (isThere) return wantedPath;
    const { storePath, sha256 } = addPath(context, options, path, treeOptions);
    if (encodeHex(sha256) === encodeHex(wanted.digest)) return storePath;
    const [shown, got] = [wanted, { algorithm: "sha256", digest: sha256 } as const].map((hash) =>
      formatNixHash(hash, "nix32"),
    );
    return context.fail(
      "store",
      `store path mismatch in (possibly filtered) path added from '${path}': expected ${shown}, got ${got}`,
    );
  });
}

export function createPathBuiltins(options: PathBuiltinsOptions): readonly BuiltinDefinition[] {
  return [createFilterSource(options), createPath(options)];
}
