import {
  type BuiltinContext,
  type BuiltinDefinition,
  bytesFromByteString,
  ContextElement,
  contextElements,
  contextOf,
  contextOfElements,
  makeString,
  textOf,
  type Value,
} from "@tvix-mesh/eval";
import { FormatError, hashPlaceholder, StorePath, splitPathInStore } from "@tvix-mesh/nix-compat";
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
            "evaluation",
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

/** `storePath path`: an existing store path as a string that refers to it. */
function createStorePath(isValidPath: (storePath: string) => boolean): BuiltinDefinition {
  return {
    name: "storePath",
    arity: 1,
    run(context, argument) {
      const { path, context: references } = context.coerceToPath(
        argument,
        "evaluating the argument passed to builtins.storePath",
      );
      return reportingFormatErrors(context, () => {
        const { storePath } = splitPathInStore(path);
        const absolute = storePath.absolute();
        if (!isValidPath(absolute)) context.fail("store", `path '${absolute}' is not in the store`);
        const elements = [...contextElements(references), new ContextElement("path", absolute)];
        return makeString(path, contextOfElements(elements));
      });
    },
  };
}

export interface StoreBuiltinsOptions {
  readonly state: EvaluationState;
  isValidPath(storePath: string): boolean;
}

export function createStoreBuiltins(options: StoreBuiltinsOptions): readonly BuiltinDefinition[] {
  return [createToFile(options.state), placeholder, createStorePath(options.isValidPath)];
}
