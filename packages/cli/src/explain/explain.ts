import { type Explanation, explanations } from "@tvix-mesh/eval/diagnostic-explanations";
import { suggestNames } from "@tvix-mesh/eval/suggestions";
import { writeOutput } from "../output.ts";
import { runCommand } from "../run-command.ts";

function wrapped(text: string): string {
  return text.replace(/(?=\S)(.{1,78})(?:\s+|$)/g, "$1\n");
}

function render({ code, title, text, example }: Explanation): string {
  const shown = example === undefined ? "" : `\n    ${example}\n`;
  return `${code}: ${title}\n\n${wrapped(text)}${shown}`;
}

function find(code: string): Explanation {
  const wanted = code.toUpperCase();
  const found = explanations.find((explanation) => explanation.code === wanted);
  if (found) return found;
  const [close] = suggestNames(
    wanted,
    explanations.map((explanation) => explanation.code),
  );
  throw new Error(
    `Cannot explain ${code}: there is no such code${close === undefined ? "" : `; did you mean ${close}?`} (tvix explain lists them all)`,
  );
}

/** `tvix explain`: what codes of errors and warnings mean; without one, a list of them all. */
export function explain(codes: readonly string[]): Promise<never> {
  return runCommand(async () => {
    if (codes.length > 0) await writeOutput(codes.map((code) => render(find(code))).join("\n"));
    else await writeOutput(explanations.map(({ code, title }) => `${code}  ${title}\n`).join(""));
  });
}
