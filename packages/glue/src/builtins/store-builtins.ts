import {
  type BuiltinContext,
  type BuiltinDefinition,
  bytesFromByteString,
  ContextElement,
  canonicalPath,
  contextElements,
  contextOf,
  contextOfElements,
  EvalIOError,
  makeString,
  textOf,
  type Value,
} from "@tvix-mesh/eval";
import {
  FormatError,
  hashPlaceholder,
  isInStore,
  StorePath,
  splitPathInStore,
  upstreamPlaceholder,
} from "@tvix-mesh/nix-compat";
import type { EvaluationState } from "../evaluation/evaluation-state.ts";

/** A store path as a string that refers to it. */
export function storePathString(path: StorePath): Value {
  const absolute = path.absolute();
  return makeString(absolute, new ContextElement("path", absolute));
}

/** Runs `compute`; what the formats refuse becomes an error of the program. */
export function reportingFormatErrors<Result>(context: BuiltinContext, compute: () => Result): Result {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    return context.fail("evaluation", error.message);
  }
}

/** `toFile name text`: a text in the store, which may refer to sources but not to derivations. */
function createToFile(state: EvaluationState): BuiltinDefinition {
  return {
    name: "toFile",
    arity: 2,
    run(context, nameArgument, textArgument) {
      const name = context.forcePlainString(nameArgument, "evaluating the first argument passed to builtins.toFile");
      const text = context.forceString(textArgument, "evaluating the second argument passed to builtins.toFile");
      const references = contextElements(contextOf(text)).map((element) => {
        if (element.kind !== "path")
          context.fail(
            "store",
            `in 'toFile': the file named '${name}' must not contain a reference to a derivation but contains (${element.key})`,
          );
        return StorePath.parseAbsolute(element.path);
      });
      return reportingFormatErrors(context, () =>
        storePathString(state.sources.addText(name, bytesFromByteString(textOf(text)), references)),
      );
    },
  };
}

/** `placeholder output`: stands for an output's path within its own derivation. */
const placeholder: BuiltinDefinition = {
  name: "placeholder",
  arity: 1,
  run: (context, output) =>
    hashPlaceholder(context.forcePlainString(output, "evaluating the argument passed to builtins.placeholder")),
};

const maxLinks = 40;

function isStorePath(path: string): boolean {
  return isInStore(path) && splitPathInStore(path).subPath === "";
}

/** A store path as it is, symlink or not; of any other path where its symlinks lead, be that on this machine or not. */
function followIntoStore(context: BuiltinContext, path: string): string {
  const { io } = context;
  let current = path;
  try {
    for (let links = 0; links < maxLinks && !isStorePath(current); links++) {
      const type = io.fileType(current);
      if (type === undefined) return current;
      if (type !== "symlink") return io.resolveSymlinks(current);
      const target = io.readLink(current);
      current = canonicalPath(target.startsWith("/") ? target : `${current}/../${target}`);
    }
    return current;
  } catch (error) {
    if (!(error instanceof EvalIOError)) throw error;
    return context.fail(error.code === "forbidden" ? "restricted" : "file", error.message);
  }
}

/**
 * `storePath path`: an existing store path, or something in it, as a string that refers to it. An evaluation of which
 * nothing is stored takes the path's word for it.
 */
function createStorePath({ state, isValidPath }: StoreBuiltinsOptions): BuiltinDefinition {
  return {
    name: "storePath",
    arity: 1,
    run(context, argument) {
      if (state.fetchAccess.isPure)
        context.fail("restricted", "'builtins.storePath' is not allowed in pure evaluation mode");
      const coerced = context.coerceToPath(argument, "evaluating the argument passed to builtins.storePath");
      return reportingFormatErrors(context, () => {
        const path = followIntoStore(context, canonicalPath(coerced.path));
        if (!isInStore(path)) context.fail("store", `path '${path}' is not in the Nix store`);
        const absolute = splitPathInStore(path).storePath.absolute();
        const isUsable = () => state.isReadOnly || isValidPath(absolute);
        const wasUsable = isUsable();
        context.dependsOn(`store path ${absolute}`, () => isUsable() === wasUsable);
        if (!wasUsable) context.fail("store", `path '${absolute}' is not in the store`);
        const elements = [...contextElements(coerced.context), new ContextElement("path", absolute)];
        return makeString(path, contextOfElements(elements));
      });
    },
  };
}

/** `outputOf derivation output`: that output of a derivation, which may be known by its path alone. */
function createOutputOf(state: EvaluationState): BuiltinDefinition {
  return {
    name: "outputOf",
    arity: 2,
    run(context, derivationArgument, outputArgument) {
      const reference = context.coerceToString(
        derivationArgument,
        { copyToStore: false, coerceMore: false },
        "evaluating the first argument to builtins.outputOf",
      );
      const output = context.forcePlainString(outputArgument, "evaluating the second argument to builtins.outputOf");
      const elements = contextElements(contextOf(reference));
      const drvPath = textOf(reference);
      if (elements.length !== 1)
        context.fail(
          "evaluation",
          `string '${drvPath}' has ${elements.length} entries in its context. It should only have exactly one entry`,
        );
      if (elements[0]?.kind === "output")
        context.fail(
          "unsupported",
          `cannot use output '${output}' of '${drvPath}': derivations that other derivations build are not supported`,
        );
      const known = state.derivations.get(drvPath);
      const found = known?.derivation.outputs.get(output);
      if (!known)
        return context.fail(
          "store",
          `cannot use output '${output}' of '${drvPath}': this evaluation has not made that derivation`,
        );
      if (!found) return context.fail("evaluation", `derivation '${drvPath}' does not have output '${output}'`);
      const text = found.path === "" ? upstreamPlaceholder(known.path, output) : found.path;
      return makeString(text, new ContextElement("output", drvPath, output));
    },
  };
}

export interface StoreBuiltinsOptions {
  readonly state: EvaluationState;
  isValidPath(storePath: string): boolean;
  readonly experimentalFeatures: ReadonlySet<string>;
}

export function createStoreBuiltins(options: StoreBuiltinsOptions): readonly BuiltinDefinition[] {
  const { state, experimentalFeatures } = options;
  const experimental = experimentalFeatures.has("dynamic-derivations") ? [createOutputOf(state)] : [];
  return [createToFile(state), placeholder, createStorePath(options), ...experimental];
}
