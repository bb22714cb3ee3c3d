import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { captureLines } from "../completion/captured-lines.ts";
import { writeOutput } from "../output.ts";
import { addExamples } from "./add-examples.ts";

/** Tells a shell to complete by itself: here, names of files. */
const defaultDirective = ":0";

/** bash falls back to file names only if that is said where the function is registered. */
const bashRegistration = "complete -o default -F __tvix_complete tvix";

/**
 * Adds `completion SHELL`, and the hidden `complete` that its scripts call. The other commands must be complete. What
 * the library answers is mended in one point: where it has nothing to suggest, files are.
 */
export function defineCompletion(program: Command, summary: string): void {
  const suggestions = tab(program, { completionCommandName: "completion" });
  for (const command of program.commands) {
    if (command.name() === "completion") {
      const [shell] = command.registeredArguments;
      if (shell) shell.description = "the shell";
      addExamples(
        command,
        "source <(tvix completion bash)",
        "tvix completion fish > ~/.config/fish/completions/tvix.fish",
      );
      command.description(summary).action(async (shell: string) => {
        const script = captureLines(() => suggestions.setup("tvix", "tvix", shell));
        if (shell === "bash") script.push(bashRegistration);
        await writeOutput(`${script.join("\n")}\n`);
      });
    }
    if (command.name() === "complete")
      command.action(async (words: string[]) => {
        const lines = captureLines(() => suggestions.parse(words));
        await writeOutput(`${(lines.length > 1 ? lines : [defaultDirective]).join("\n")}\n`);
      });
  }
}
