import type { EvaluationError } from "@tvix-mesh/eval";
import { errorCodes } from "@tvix-mesh/eval/diagnostic-codes";
import type { EvaluationDiagnostic, EvaluationPosition } from "./evaluation-job.ts";

/** Longer ones are for no person to read, and together would be more than a message holds. */
const maxMessageLength = 64 * 1024;
const maxLineLength = 64 * 1024;
const maxFrameLineLength = 1024;

function shortened(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength)}… (${text.length - maxLength} more)`;
}

/** Of a line that is too long nothing is shown: an excerpt would have no column to point at. */
function toPosition(position: EvaluationError["position"], maxLength: number): EvaluationPosition | undefined {
  if (!position) return undefined;
  const { file, line, column, lineText } = position;
  return { file, line, column, sourceLine: lineText.length > maxLength ? "" : lineText };
}

export function toDiagnostic(error: EvaluationError, showTrace: boolean): EvaluationDiagnostic {
  const frames = showTrace ? error.frames : [];
  return {
    code: errorCodes[error.kind],
    message: shortened(error.message, maxMessageLength),
    position: toPosition(error.position, maxLineLength),
    suggestions: error.suggestions,
    frames: frames.map(({ text, position }) => ({
      message: shortened(text, maxFrameLineLength),
      position: toPosition(position, maxFrameLineLength),
    })),
  };
}

/** A warning with its place. */
export function warningDiagnostic(
  code: string,
  message: string,
  position: EvaluationError["position"],
): EvaluationDiagnostic {
  return { ...plainDiagnostic(code, message), position: toPosition(position, maxLineLength) };
}

/** What has no place in a source text. */
export function plainDiagnostic(code: string, message: string): EvaluationDiagnostic {
  return { code, message: shortened(message, maxMessageLength), position: undefined, suggestions: [], frames: [] };
}
