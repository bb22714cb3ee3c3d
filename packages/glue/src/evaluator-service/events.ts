import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { bytesFromByteString, decodeByteString } from "@tvix-mesh/eval/byte-string";
import {
  type Diagnostic,
  Diagnostic_Severity,
  DiagnosticSchema,
  type Event,
  EventSchema,
  type PositionSchema,
  Progress_Step as Step,
} from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { EvaluationDiagnostic, EvaluationMessage, EvaluationPosition } from "../evaluation/evaluation-job.ts";
import type { RealiseEvent } from "../realise/realise-event.ts";

type PositionInit = MessageInitShape<typeof PositionSchema>;

function toPosition(position: EvaluationPosition): PositionInit {
  const { file, line, column, sourceLine } = position;
  return { file, line, column, sourceLine: Buffer.from(sourceLine) };
}

function withPosition(position: EvaluationPosition | undefined): { position?: PositionInit } {
  return position ? { position: toPosition(position) } : {};
}

export function toDiagnostic(diagnostic: EvaluationDiagnostic, severity: Diagnostic_Severity): Diagnostic {
  return create(DiagnosticSchema, {
    severity,
    code: diagnostic.code,
    message: diagnostic.message,
    suggestions: [...diagnostic.suggestions],
    ...withPosition(diagnostic.position),
    frames: diagnostic.frames.map(({ message, position }) => ({
      message,
      ...withPosition(position),
    })),
  });
}

export function diagnosticEvent(diagnostic: Diagnostic): Event {
  return create(EventSchema, { event: { case: "diagnostic", value: diagnostic } });
}

/** The error diagnostic for a failure that has no place in a source text. */
export function failureEvent(message: string, code: string): Event {
  return diagnosticEvent(create(DiagnosticSchema, { severity: Diagnostic_Severity.ERROR, message, code }));
}

/** The event for what the evaluating thread says; undefined for what is not for the client. */
export function toEvent(message: EvaluationMessage): Event | undefined {
  switch (message.kind) {
    case "trace":
      return create(EventSchema, { event: { case: "traceLine", value: { line: bytesFromByteString(message.line) } } });
    case "warning": {
      const value = toDiagnostic(message.diagnostic, Diagnostic_Severity.WARNING);
      return create(EventSchema, { event: { case: "warning", value } });
    }
    case "value": {
      const value = { attribute: decodeByteString(message.attribute), text: bytesFromByteString(message.text) };
      return create(EventSchema, { event: { case: "value", value } });
    }
    default:
      return undefined;
  }
}

const steps = {
  "build-started": Step.BUILD_STARTED,
  "build-succeeded": Step.BUILD_SUCCEEDED,
  "build-failed": Step.BUILD_FAILED,
  "already-present": Step.ALREADY_PRESENT,
} as const;

/** Counts what is realised, and turns each step into an event that carries the counts. */
export class ProgressCounter {
  #done = 0;
  #running = 0;
  /** How many derivations are to be realised, as far as known. */
  expected = 0;

  toEvent(event: RealiseEvent): Event {
    if (event.kind === "log-line") {
      const value = { derivationPath: event.drvPath, line: event.line };
      return create(EventSchema, { event: { case: "logLine", value } });
    }
    if (event.kind === "build-started") this.#running++;
    else {
      this.#done++;
      if (event.kind !== "already-present") this.#running--;
    }
    const counts = {
      done: this.#done,
      running: this.#running,
      expected: Math.max(this.expected, this.#done + this.#running),
    };
    const value = { step: steps[event.kind], derivationPath: event.drvPath, ...counts };
    return create(EventSchema, { event: { case: "progress", value } });
  }
}
