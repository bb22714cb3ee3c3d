export type { BuiltinContext, BuiltinDefinition, CoercionOptions } from "./builtins/builtin-context.ts";
export type { LintLevel, Lints } from "./diagnostics/lints.ts";
export type { EvalIO, EvalIOErrorCode, FileType, ImportedDerivation } from "./eval-io.ts";
export { EvalIOError } from "./eval-io.ts";
export type { ErrorFrame, ErrorPosition } from "./evaluation-error.ts";
export { EvaluationError } from "./evaluation-error.ts";
export type { Evaluation, EvaluationOptions, Evaluator, EvaluatorParts } from "./evaluator.ts";
export { createEvaluator } from "./evaluator.ts";
export type { KeepingOptions } from "./keep/kept-worlds.ts";
export type { ParseIndex } from "./load/parse-index.ts";
export type { LocalEvalIO, LocalEvalIOParts } from "./local-eval-io.ts";
export { createLocalEvalIO } from "./local-eval-io.ts";
export type { XmlOptions } from "./printers/value-to-xml.ts";
export type { LimitWatch, ReachedLimit } from "./run/limit-watch.ts";
export type { EvaluationEvent } from "./run/machine.ts";
export type { MachineSettings } from "./run/settings.ts";
export { splitSearchPath } from "./search-path.ts";
export { Attrs, emptyAttrs, makeAttrs } from "./values/attrs.ts";
export { byteStringFromBytes, bytesFromByteString, decodeByteString, encodeByteString } from "./values/byte-string.ts";
export { canonicalPath, resolvePathLiteral } from "./values/canonical-path.ts";
export type { Context } from "./values/context.ts";
export { ContextElement, contextElements, contextOfElements, gatherElements, joinContexts } from "./values/context.ts";
export { Builtin, Closure, PartialBuiltin } from "./values/functions.ts";
export { knownContext } from "./values/known-context.ts";
export type { NixErrorKind, TraceFrame } from "./values/nix-error.ts";
export { NixError } from "./values/nix-error.ts";
export { Thunk } from "./values/thunk.ts";
export type { Lazy, NixFunction, NixInteger, NixList, NixString, Value } from "./values/value.ts";
export {
  ContextString,
  contextOf,
  isList,
  makeString,
  NixFloat,
  NixPath,
  normalizeInteger,
  textOf,
} from "./values/value.ts";
