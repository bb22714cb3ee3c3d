import { byteStringFromBytes, decodeByteString, type EvalIO, EvalIOError, encodeByteString } from "@tvix-mesh/eval";
import { warningCodes } from "@tvix-mesh/eval/diagnostic-codes";
import { examine } from "@tvix-mesh/eval/examine";
import type { EvaluationDiagnostic, EvaluationJob } from "./evaluation-job.ts";

/** The text of a source, and what its positions show; undefined if it can't be read, which the evaluation will say. */
function read(
  source: EvaluationJob["source"],
  io: EvalIO,
): { readonly name: string; readonly text: string } | undefined {
  if (source.kind === "text") return { name: encodeByteString("«string»"), text: source.text };
  try {
    const resolved = io.resolveSymlinks(source.path);
    const name = io.fileType(resolved) === "directory" ? `${resolved}/default.nix` : source.path;
    return { name, text: byteStringFromBytes(io.readFile(name)) };
  } catch (error) {
    if (error instanceof EvalIOError) return undefined;
    throw error;
  }
}

/**
 * Warnings of what looks wrong in a source, but in nothing that it imports. What the job has a lint for, the evaluation
 * tells.
 */
export function examineSource(
  { source, lints }: Pick<EvaluationJob, "source" | "lints">,
  io: EvalIO,
): readonly EvaluationDiagnostic[] {
  const found = read(source, io);
  if (!found) return [];
  const file = decodeByteString(found.name);
  const findings = examine(found.text).filter(({ kind }) => kind !== "url-literal" || lints?.urlLiterals === undefined);
  return findings.map(({ kind, message, line, column, lineText }) => ({
    code: warningCodes[kind],
    message: decodeByteString(message),
    position: { file, line, column, sourceLine: decodeByteString(lineText) },
    suggestions: [],
    frames: [],
  }));
}
