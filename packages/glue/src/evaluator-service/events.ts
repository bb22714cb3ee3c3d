import { bytesFromByteString, decodeByteString } from "@tvix-mesh/eval/byte-string";
import type { Diagnostic, Event, Position, Value } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { EvaluationDiagnostic, EvaluationMessage, EvaluationPosition } from "../evaluation/evaluation-job.ts";
import type { RealiseEvent } from "../realise/realise-event.ts";
import { Severity, Step } from "./message-enums.ts";

/** An event; like all that it holds, an object as the generated code would make it, without loading that. */
export function newEvent(event: Event["event"]): Event {
  return { $typeName: "mesh.eval.v1.Event", event };
}

function withPosition(position: EvaluationPosition | undefined): { position?: Position } {
  if (!position) return {};
  const { file, line, column, sourceLine } = position;
  return {
    position: { $typeName: "mesh.eval.v1.Position", file, line, column, sourceLine: Buffer.from(sourceLine) },
  };
}

export function toDiagnostic(diagnostic: EvaluationDiagnostic, severity: Diagnostic["severity"]): Diagnostic {
  return {
    $typeName: "mesh.eval.v1.Diagnostic",
    severity,
    code: diagnostic.code,
    message: diagnostic.message,
    suggestions: [...diagnostic.suggestions],
    ...withPosition(diagnostic.position),
    frames: diagnostic.frames.map(({ message, position }) => ({
      $typeName: "mesh.eval.v1.Diagnostic.Frame" as const,
      message,
      ...withPosition(position),
    })),
  };
}

export function diagnosticEvent(diagnostic: Diagnostic): Event {
  return newEvent({ case: "diagnostic", value: diagnostic });
}

export function valueEvent(attribute: string, text: Uint8Array): Event {
  const value: Value = { $typeName: "mesh.eval.v1.Value", attribute: decodeByteString(attribute), text };
  return newEvent({ case: "value", value });
}

/** The error diagnostic for a failure that has no place in a source text. */
export function failureEvent(message: string, code: string): Event {
  const diagnostic = { code, message, position: undefined, suggestions: [], frames: [] };
  return diagnosticEvent(toDiagnostic(diagnostic, Severity.ERROR));
}

/** The event for what the evaluating thread says; undefined for what is not for the client. */
export function toEvent(message: EvaluationMessage): Event | undefined {
  switch (message.kind) {
    case "trace": {
      const line = bytesFromByteString(message.line);
      return newEvent({ case: "traceLine", value: { $typeName: "mesh.eval.v1.TraceLine", line } });
    }
    case "warning":
      return newEvent({ case: "warning", value: toDiagnostic(message.diagnostic, Severity.WARNING) });
    case "value":
      return valueEvent(message.attribute, bytesFromByteString(message.text));
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
      const { drvPath, line } = event;
      const value = { $typeName: "mesh.eval.v1.LogLine" as const, derivationPath: drvPath, line };
      return newEvent({ case: "logLine", value });
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
    const step = steps[event.kind];
    const value = { $typeName: "mesh.eval.v1.Progress" as const, step, derivationPath: event.drvPath, ...counts };
    return newEvent({ case: "progress", value });
  }
}
