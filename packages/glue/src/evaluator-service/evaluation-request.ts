import type { LintLevel, Lints } from "@tvix-mesh/eval";
import { byteStringFromBytes, encodeByteString } from "@tvix-mesh/eval/byte-string";
import type { EvaluateRequest, Expression, Expression_Lints } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { ServiceError } from "@tvix-mesh/service/service-error";
import type { EvaluationArgument, EvaluationJob, PrintOutput } from "../evaluation/evaluation-job.ts";
import { Format, Level } from "./message-enums.ts";

const printFormats: Readonly<Partial<Record<number, PrintOutput["format"]>>> = {
  [Format.UNSPECIFIED]: "nix",
  [Format.JSON]: "json",
  [Format.XML]: "xml",
  [Format.RAW]: "raw",
  [Format.PARSE]: "parse",
  [Format.REPL]: "repl",
  [Format.TYPE]: "type",
};

function toSource({ source }: Expression): EvaluationJob["source"] {
  if (source.case === "file") {
    if (!source.value.startsWith("/"))
      throw new ServiceError("invalid-argument", `Cannot evaluate file "${source.value}": not an absolute path`);
    return { kind: "file", path: encodeByteString(source.value) };
  }
  if (source.case !== "text")
    throw new ServiceError("invalid-argument", "Cannot evaluate: neither text nor file is given");
  return { kind: "text", text: byteStringFromBytes(source.value) };
}

function toBaseDir({ baseDir }: Expression): string {
  if (baseDir === "") return "/";
  if (!baseDir.startsWith("/"))
    throw new ServiceError("invalid-argument", `Cannot evaluate in directory "${baseDir}": not an absolute path`);
  return encodeByteString(baseDir);
}

function toArgument({ name, value }: Expression["arguments"][number]): EvaluationArgument {
  if (value.case === undefined)
    throw new ServiceError("invalid-argument", `Cannot evaluate: argument "${name}" has neither expression nor string`);
  return { name: encodeByteString(name), kind: value.case, text: byteStringFromBytes(value.value) };
}

const lintLevels: Readonly<Partial<Record<number, LintLevel>>> = {
  [Level.IGNORE]: "ignore",
  [Level.WARN]: "warn",
  [Level.FATAL]: "fatal",
};

function toLints({ urlLiterals, shortPathLiterals, absolutePathLiterals }: Expression_Lints): Lints {
  return {
    urlLiterals: lintLevels[urlLiterals],
    shortPathLiterals: lintLevels[shortPathLiterals],
    absolutePathLiterals: lintLevels[absolutePathLiterals],
  };
}

/** The job that an expression and an output make, without rules and limits. `invalid-argument` if the request breaks a rule. */
export function toEvaluationJob(
  expression: Expression,
  output: EvaluationJob["output"],
  showTrace: boolean,
): EvaluationJob {
  return {
    source: toSource(expression),
    baseDir: toBaseDir(expression),
    attributes: expression.attributes.map(encodeByteString),
    arguments: expression.arguments.map(toArgument),
    searchPath: expression.searchPath.map(({ prefix, path }) => ({
      prefix: encodeByteString(prefix),
      path: encodeByteString(path),
    })),
    output,
    showTrace,
    examine: expression.examine,
    lints: expression.lints && toLints(expression.lints),
    homeDirectory: expression.homeDir === "" ? undefined : encodeByteString(expression.homeDir),
    roots: undefined,
  };
}

/** How an Evaluate request wants its value. */
export function toOutput({ format, strict, noLocation }: EvaluateRequest): EvaluationJob["output"] {
  if (format === Format.DERIVATIONS) return { kind: "derivations" };
  const printFormat = printFormats[format];
  if (printFormat === undefined)
    throw new ServiceError("invalid-argument", `Cannot evaluate: unknown format ${format}`);
  return { kind: "print", format: printFormat, strict, noLocation };
}
