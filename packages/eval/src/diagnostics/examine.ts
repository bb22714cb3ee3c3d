import { parse } from "../syntax/parser.ts";
import { PositionTable } from "../syntax/position-table.ts";
import type { SyntaxNotice } from "../syntax/syntax-cursor.ts";
import { NixError } from "../values/nix-error.ts";
import type { WarningKind } from "./codes.ts";
import { examineTree } from "./examine-tree.ts";

/** Something that is allowed but looks wrong. Texts are byte strings. */
export interface Finding {
  readonly kind: WarningKind;
  readonly message: string;
  /** From 1; columns count bytes. */
  readonly line: number;
  readonly column: number;
  readonly lineText: string;
}

/** The other notices are for lints alone. */
const noticeMessages = {
  "url-literal": "a URL without quotes",
  "legacy-let": "'let { … }' is the oldest form of let",
  "empty-inherit": "this inherit names nothing",
} as const satisfies Partial<Record<SyntaxNotice & WarningKind, string>>;

function isExamined(notice: SyntaxNotice): notice is keyof typeof noticeMessages {
  return notice in noticeMessages;
}

/** What looks wrong in a text by itself, in its order. Nothing for a text that is no expression. */
export function examine(text: string): readonly Finding[] {
  const positions = new PositionTable();
  const source = positions.add("", text);
  const found: { readonly kind: WarningKind; readonly message: string; readonly position: number }[] = [];
  try {
    const root = parse(source, {
      pipeOperators: true,
      notice(kind, position) {
        if (isExamined(kind)) found.push({ kind, message: noticeMessages[kind], position });
      },
    });
    examineTree(root, (kind, message, position) => found.push({ kind, message, position }));
  } catch (error) {
    if (error instanceof NixError || error instanceof RangeError) return [];
    throw error;
  }
  found.sort((left, right) => left.position - right.position);
  return found.map(({ kind, message, position }) => {
    const { line, column } = source.locate(position - source.base);
    return { kind, message, line, column, lineText: source.lineText(line) ?? "" };
  });
}
