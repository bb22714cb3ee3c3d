import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { environment } from "@tvix-mesh/service/environment";

/** EACCES: nor in the directories of the search path that may be looked into. */
const absenceCodes = new Set(["ENOENT", "EACCES"]);

export interface ProgramOutcome {
  /** `undefined` if there is no such program. */
  readonly status: number | null | undefined;
  /** What it wrote to standard error, without the blanks around it. */
  readonly message: string;
}

/** Runs a program to its end, in English. `descriptor`, if given, is its descriptor 3. */
export async function runProgram(
  program: string,
  words: readonly string[],
  options: { readonly descriptor?: number; readonly variables?: Readonly<Record<string, string>> } = {},
): Promise<ProgramOutcome> {
  const { descriptor, variables = {} } = options;
  const child = spawn(program, words, {
    stdio: ["ignore", "ignore", "pipe", ...(descriptor === undefined ? [] : [descriptor])],
    env: environment.forChild({ LC_ALL: "C", ...variables }),
    // A Ctrl-C at the terminal is for us alone.
    detached: true,
  });
  const exit = new Promise<number | null | undefined>((resolve, reject) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      absenceCodes.has(error.code ?? "") ? resolve(undefined) : reject(error),
    );
    child.once("close", resolve);
  });
  const message = child.stderr ? text(child.stderr) : "";
  return { status: await exit, message: (await message).trim() };
}
