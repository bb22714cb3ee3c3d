import tab from "@bomb.sh/tab/commander";
import type { Command } from "commander";
import { captureLines } from "../completion/captured-lines.ts";
import { writeOutput } from "../output.ts";
import { addExamples } from "./add-examples.ts";

/** Tells a shell to complete by itself: here, names of files. */
const defaultDirective = ":0";

/** Where the package bash-completion isn't loaded, words are as bash itself splits them. */
const bashWords = `
__tvix_words() {
    if declare -F _get_comp_words_by_ref > /dev/null; then
        _get_comp_words_by_ref "$@"
    else
        cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} cword=$COMP_CWORD
        words=("\${COMP_WORDS[@]}")
    fi
}`;

/** bash falls back to file names only if that is said where the function is registered. */
const bashRegistration = "complete -o default -F __tvix_complete tvix";

/** The library's script needs the package bash-completion, and can be loaded once alone. */
function mendBashScript(lines: readonly string[]): readonly string[] {
  const script = lines
    .join("\n")
    .replaceAll(/^readonly /gm, "")
    .replaceAll("_get_comp_words_by_ref", "__tvix_words");
  return [script, bashWords, bashRegistration];
}

/**
 * Adds `completion SHELL`, and the hidden `complete` that its scripts call. The other commands must be complete. Where
 * the library has nothing to suggest, files are.
 */
export function defineCompletion(program: Command, summary: string): void {
  const suggestions = tab(program, { completionCommandName: "completion" });
  const itself = suggestions.commands.get("completion");
  if (itself) itself.description = summary;
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
        await writeOutput(`${(shell === "bash" ? mendBashScript(script) : script).join("\n")}\n`);
      });
    }
    if (command.name() === "complete")
      command.action(async (words: string[]) => {
        const lines = captureLines(() => suggestions.parse(words));
        await writeOutput(`${(lines.length > 1 ? lines : [defaultDirective]).join("\n")}\n`);
      });
  }
}
