import { excerptSourceLine } from "./source-excerpt.ts";

/** How parts of a diagnostic are coloured; identities where there are no colours. */
export interface Paint {
  /** Whether colours in messages are shown; they are left out otherwise. */
  readonly hasColours: boolean;
  error(text: string): string;
  warning(text: string): string;
  location(text: string): string;
  faint(text: string): string;
}

/** What is shown of a place in a source text; an event's Position is one. */
export interface ShownPosition {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly sourceLine: Uint8Array;
}

/** What is shown of a diagnostic; an event's Diagnostic is one. */
export interface ShownDiagnostic {
  readonly severity: number;
  /** Empty for what needs no explanation. */
  readonly code: string;
  readonly message: string;
  readonly position?: ShownPosition | undefined;
  /** Names that the program may have meant. */
  readonly suggestions: readonly string[];
  readonly frames: readonly { readonly message: string; readonly position?: ShownPosition | undefined }[];
}

const warningSeverity = 2;
/** The program's own warnings: Nix shows them as they are. */
const programWarning = "W100";

function renderHead({ severity, code }: ShownDiagnostic, paint: Paint): string {
  const shownCode = code === "" || code === programWarning ? "" : `[${code}]`;
  return severity === warningSeverity ? paint.warning(`warning${shownCode}:`) : paint.error(`error${shownCode}:`);
}

/** A colour's escape sequence, or else one control character. */
const colourOrControl = /(\p{Cc}\[[0-9;]{0,20}m)|[^\t\n\P{Cc}]/gu;

/** Colours may pass; what would move the cursor or change the terminal in other ways may not. */
function harmless(text: string, { hasColours }: Paint): string {
  return text.replace(colourOrControl, (control, colour: string | undefined) => {
    if (!colour?.startsWith("\x1b")) return control.replace(/[^\t\n\P{Cc}]/gu, "\ufffd");
    return hasColours ? colour : "";
  });
}

function renderPosition(position: ShownPosition | undefined, paint: Paint): string {
  if (!position) return "";
  const { file, line, column, sourceLine } = position;
  const head = `  at ${paint.location(`${file}:${line}:${column}`)}:\n`;
  if (sourceLine.length === 0) return head;
  const excerpt = excerptSourceLine(sourceLine, column);
  const number = String(line);
  const margin = " ".repeat(number.length);
  return (
    `${head}    ${paint.faint(`${number} |`)} ${excerpt.line}\n` +
    `    ${paint.faint(`${margin} |`)} ${excerpt.blanks}${paint.error("^")}\n`
  );
}

function renderSuggestions(names: readonly string[], paint: Paint): string {
  if (names.length === 0) return "";
  const list = [names.slice(0, -1).join(", "), names.at(-1)].filter(Boolean).join(" or ");
  return `  ${paint.faint("did you mean")} ${harmless(list, paint)}${paint.faint("?")}\n`;
}

/** `error[CODE]: message`, the place with its line and a caret, then what led there. Ends with a newline. */
export function renderDiagnostic(diagnostic: ShownDiagnostic, paint: Paint): string {
  const head = renderHead(diagnostic, paint);
  const frames = diagnostic.frames.map(
    (frame) => `  ${paint.faint("…")} ${harmless(frame.message, paint)}\n${renderPosition(frame.position, paint)}`,
  );
  return [
    `${head} ${harmless(diagnostic.message, paint)}\n`,
    renderSuggestions(diagnostic.suggestions, paint),
    renderPosition(diagnostic.position, paint),
    ...frames,
  ].join("");
}
