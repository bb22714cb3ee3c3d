import { type BuiltinContext, type BuiltinDefinition, EvalIOError, type Lazy } from "@tvix-mesh/eval";
import { encodeHex, formatNixHash, parseNixHash } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { TreeFilter } from "../sources/hash-tree.ts";
import type { AddTreeOptions } from "../sources/source-registry.ts";
import type { AddedTree, TreeAdder } from "../sources/tree-adder.ts";
import { reportingFormatErrors, storePathString } from "./store-builtins.ts";

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

/** Adds a tree; what the file system or the rules of names refuse becomes an error of the program. */
function addPath(context: BuiltinContext, addTree: TreeAdder, path: string, options: AddTreeOptions): AddedTree {
  return reportingFormatErrors(context, () => {
    try {
      const added = addTree(path, options);
      context.dependsOn(`tree ${added.storePath.absolute()} ${path}`, added.isUnchanged);
      return added;
    } catch (error) {
      if (error instanceof EvalIOError) return context.fail("file", error.message);
      if (ServiceError.is(error)) return context.fail("store", error.message);
      if (error instanceof Error && "syscall" in error)
        return context.fail("file", `getting status of '${path}': ${error.message}`);
      throw error;
    }
  });
}

/** `filterSource filter path`. */
function createFilterSource(addTree: TreeAdder): BuiltinDefinition {
  return {
    name: "filterSource",
    arity: 2,
    run(context, filter, pathArgument) {
      const path = context.realisePath(pathArgument, "evaluating the second argument passed to builtins.filterSource");
      const options = { name: baseName(path), filter: toFilter(context, filter) };
      return storePathString(addPath(context, addTree, path, options).storePath);
    },
  };
}

const pathAttributes = ["filter", "name", "path", "recursive", "sha256"];

/** `path { path, name ?, filter ?, recursive ?, sha256 ? }`. */
function createPath(addTree: TreeAdder): BuiltinDefinition {
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
      const name = nameValue === undefined ? baseName(path) : context.forcePlainString(nameValue);
      const recursive = attrs.get("recursive");
      const method = recursive === undefined || context.forceBoolean(recursive) ? "recursive" : "flat";
      const filter = toFilter(context, attrs.get("filter"));
      const added = addPath(context, addTree, path, { name, method, filter });
      const expected = attrs.get("sha256");
      if (expected !== undefined) requireHash(context, added, path, context.forcePlainString(expected));
      return storePathString(added.storePath);
    },
  };
}

function requireHash(context: BuiltinContext, { sha256 }: AddedTree, path: string, expected: string): void {
  const wanted = reportingFormatErrors(context, () => parseNixHash(expected, "sha256"));
  if (encodeHex(sha256) === encodeHex(wanted.digest)) return;
  const got = formatNixHash({ algorithm: "sha256", digest: sha256 }, "nix32");
  context.fail(
    "store",
    `store path mismatch in (possibly filtered) path added from '${path}': expected ${formatNixHash(wanted, "nix32")}, got ${got}`,
  );
}

export function createPathBuiltins(addTree: TreeAdder): readonly BuiltinDefinition[] {
  return [createFilterSource(addTree), createPath(addTree)];
}
