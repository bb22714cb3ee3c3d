import type { IndentedPiece } from "./string-reader.ts";
import type { Node } from "./syntax-tree.ts";

/** A part of an indented string as read: text, or an interpolated expression. */
export type IndentedPart = (IndentedPiece | { readonly node: Node }) & { readonly position: number };

/** A part of the string that is left. */
export interface StrippedPart {
  readonly node: Node;
  readonly position: number;
}

/**
 * The parts of an indented string without the indentation that all its lines have in common. Only spaces count; lines of
 * nothing but spaces have no say; a last line of only spaces goes away.
 */
export function stripIndentation(parts: readonly IndentedPart[]): StrippedPart[] {
  const indent = commonIndentation(parts);
  const result: StrippedPart[] = [];
  let atLineStart = true;
  let dropped = 0;
  parts.forEach((part, index) => {
    if ("node" in part) {
      atLineStart = false;
      dropped = 0;
      result.push(part);
      return;
    }
    let text = "";
    let from = 0;
    for (let at = 0; at < part.text.length; at++) {
      const code = part.text.charCodeAt(at);
      if (!atLineStart) {
        if (code === 10) atLineStart = true;
      } else if (code === 32) {
        if (dropped++ < indent) {
          text += part.text.slice(from, at);
          from = at + 1;
        }
      } else {
        dropped = 0;
        if (code !== 10) atLineStart = false;
      }
      if (code === 10) dropped = 0;
    }
    text += part.text.slice(from);
    if (index === parts.length - 1) text = withoutBlankLastLine(text);
    if (text !== "") result.push({ node: { kind: "string", value: text }, position: part.position });
  });
  return result;
}

function commonIndentation(parts: readonly IndentedPart[]): number {
  let least = 1_000_000;
  let current = 0;
  let atLineStart = true;
  const endOfIndentation = () => {
    atLineStart = false;
    if (current < least) least = current;
  };
  for (const part of parts) {
    if ("node" in part || !part.isRaw) {
      if (atLineStart) endOfIndentation();
      continue;
    }
    for (let at = 0; at < part.text.length; at++) {
      const code = part.text.charCodeAt(at);
      if (code === 10) {
        atLineStart = true;
        current = 0;
      } else if (atLineStart) {
        if (code === 32) current++;
        else endOfIndentation();
      }
    }
  }
  return least;
}

function withoutBlankLastLine(text: string): string {
  const newline = text.lastIndexOf("\n");
  if (newline < 0) return text;
  for (let at = newline + 1; at < text.length; at++) if (text.charCodeAt(at) !== 32) return text;
  return text.slice(0, newline + 1);
}
