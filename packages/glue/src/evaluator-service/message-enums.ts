/** Values of enums of mesh.eval.v1. The generated code has them too, but loads all of protobuf with them. */
import type {
  Diagnostic_Severity,
  EvaluateRequest_Format,
  Expression_Lints_Level,
  Progress_Step,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";

export const Format = {
  UNSPECIFIED: 0,
  JSON: 1,
  XML: 2,
  RAW: 3,
  PARSE: 4,
  DERIVATIONS: 5,
  REPL: 6,
  TYPE: 7,
} as const satisfies Record<keyof typeof EvaluateRequest_Format, EvaluateRequest_Format>;

export const Level = {
  UNSPECIFIED: 0,
  IGNORE: 1,
  WARN: 2,
  FATAL: 3,
} as const satisfies Record<keyof typeof Expression_Lints_Level, Expression_Lints_Level>;

export const Severity = {
  UNSPECIFIED: 0,
  ERROR: 1,
  WARNING: 2,
} as const satisfies Record<keyof typeof Diagnostic_Severity, Diagnostic_Severity>;

export const Step = {
  UNSPECIFIED: 0,
  BUILD_STARTED: 1,
  BUILD_SUCCEEDED: 2,
  BUILD_FAILED: 3,
  ALREADY_PRESENT: 4,
} as const satisfies Record<keyof typeof Progress_Step, Progress_Step>;
