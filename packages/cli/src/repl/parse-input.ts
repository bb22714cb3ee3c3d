import { isVariableName } from "./keywords.ts";
import { replSource, type UserText } from "./user-text.ts";

/** What an input asks for. */
export type ReplInput =
  | { readonly kind: "nothing" }
  | { readonly kind: "expression"; readonly expression: UserText }
  | { readonly kind: "assignment"; readonly name: string; readonly expression: UserText }
  /** `name` is without its colon; the argument may be empty. */
  | { readonly kind: "command"; readonly name: string; readonly argument: UserText };

/** Tells commands, assignments and expressions apart. Whether an expression is one, its evaluator finds out. */
export function parseInput(typed: string): ReplInput {
  const trimmedEnd = typed.trimEnd().length;
  if (trimmedEnd === 0) return { kind: "nothing" };
  const textFrom = (start: number, end = trimmedEnd): UserText => ({
    source: replSource,
    typed,
    start: Math.min(start, end),
    end,
  });
  const command = /^\s*:(\S*)\s*/.exec(typed);
  if (command) return { kind: "command", name: command[1] ?? "", argument: textFrom(command[0].length) };
  const assignment = /^\s*([^\s="]+)\s*=(?!=)/.exec(typed);
  const name = assignment?.[1];
  if (assignment && name !== undefined && isVariableName(name)) {
    // No expression ends in a semicolon, but what is copied from a set or a let does.
    const end = typed.slice(0, trimmedEnd).replace(/\s*;$/, "").length;
    return { kind: "assignment", name, expression: textFrom(assignment[0].length, end) };
  }
  return { kind: "expression", expression: textFrom(0) };
}
