import { suggestNames } from "@tvix-mesh/eval/suggestions";
import type { Diagnostic, Event, Position } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { preludeName } from "./prelude.ts";
import type { ProgramText } from "./program-text.ts";

/** The program ends before its last expression does: more may follow. */
export class IncompleteInput extends Error {
  /** What is wrong if nothing follows. */
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.name = "IncompleteInput";
    this.diagnostic = diagnostic;
  }
}

function relocatePosition(position: Position | undefined, program: ProgramText): Position | undefined {
  if (!position || !program.isInText(position)) return position;
  const place = program.locate(position.line);
  return place && { ...position, ...place };
}

function withPosition<Part extends object>(part: Part, position: Position | undefined): Part {
  return position ? { ...part, position } : part;
}

/** Steps of the program's own say nothing to the user. */
function relocateFrames({ frames }: Diagnostic, program: ProgramText): Diagnostic["frames"] {
  return frames.flatMap(({ position, ...frame }) => {
    const relocated = relocatePosition(position, program);
    return position && !relocated ? [] : [withPosition(frame, relocated)];
  });
}

/** The evaluator knows only those variables that the program defines, and some that only the program uses. */
function suggest({ message, suggestions }: Diagnostic, names: Iterable<string>): string[] {
  const known = suggestions.filter((name) => !name.startsWith(preludeName));
  const wanted = /^undefined variable '(.*)'$/.exec(message)?.[1];
  return wanted === undefined ? known : [...suggestNames(wanted, [...known, ...names])];
}

function relocateDiagnostic(diagnostic: Diagnostic, program: ProgramText, names: Iterable<string>): Diagnostic {
  const { position, ...rest } = diagnostic;
  const relocated = {
    ...rest,
    frames: relocateFrames(diagnostic, program),
    suggestions: suggest(diagnostic, names),
  };
  return withPosition(relocated, relocatePosition(position, program));
}

function isIncomplete({ message, position }: Diagnostic, program: ProgramText): boolean {
  return (
    message.startsWith("syntax error, unexpected end of file") && position !== undefined && program.isInText(position)
  );
}

/**
 * The events with places in the program as places in what was typed. `names` are all variables that a program could
 * use. IncompleteInput instead of the diagnostic that says so.
 */
export async function* relocateEvents(
  events: AsyncIterable<Event>,
  program: ProgramText,
  names: Iterable<string>,
): AsyncGenerator<Event> {
  for await (const message of events) {
    const { event } = message;
    if (event.case !== "warning" && event.case !== "diagnostic") {
      yield message;
      continue;
    }
    const value = relocateDiagnostic(event.value, program, names);
    if (event.case === "diagnostic" && isIncomplete(event.value, program)) throw new IncompleteInput(value);
    yield { ...message, event: { case: event.case, value } };
  }
}
