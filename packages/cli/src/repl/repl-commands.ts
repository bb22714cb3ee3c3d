/** A command of the REPL, called by its name after a colon. */
export interface ReplCommand {
  readonly name: string;
  /** What stands for its argument in help; undefined if it takes none. */
  readonly argument: "EXPR" | "FILE" | undefined;
  readonly summary: string;
}

export const replCommands = [
  { name: "a", argument: "EXPR", summary: "add the attributes of a set as variables" },
  { name: "b", argument: "EXPR", summary: "build a derivation and print its outputs" },
  { name: "d", argument: "EXPR", summary: "describe a value; of a derivation its .drv and output paths" },
  { name: "doc", argument: "EXPR", summary: "explain a built-in" },
  { name: "l", argument: "FILE", summary: "load a file and add its attributes as variables" },
  { name: "p", argument: "EXPR", summary: "print a value in depth" },
  { name: "q", argument: undefined, summary: "leave (also Ctrl-D)" },
  { name: "r", argument: undefined, summary: "forget all variables and load the files again" },
  { name: "t", argument: "EXPR", summary: "print the type of a value" },
  { name: "te", argument: undefined, summary: "show what led to errors, or stop showing it" },
  { name: "?", argument: undefined, summary: "print this list" },
] as const satisfies readonly ReplCommand[];

export type ReplCommandName = (typeof replCommands)[number]["name"];

const forms: readonly (readonly [form: string, summary: string])[] = [
  ["EXPR", "evaluate an expression and print its value"],
  ["NAME = EXPR", "bind a variable"],
  ...replCommands.map(
    ({ name, argument, summary }) => [[`:${name}`, argument].filter(Boolean).join(" "), summary] as const,
  ),
];

/** All forms of input, a line each. */
export function describeCommands(): string {
  const width = Math.max(...forms.map(([form]) => form.length));
  return forms.map(([form, summary]) => `  ${form.padEnd(width)}  ${summary}\n`).join("");
}
