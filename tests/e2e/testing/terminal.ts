import { join } from "node:path";
import { requireCommand, runCommand } from "../../compose/run-command.ts";
import { makeTemporaryDirectory, type TemporaryDirectory } from "./temporary-directory.ts";

export interface TerminalOptions {
  readonly cwd: string;
  /** All that the command sees of the environment, besides TERM. */
  readonly environment: Readonly<Record<string, string>>;
}

/** A command on a terminal of its own, which is tmux's. When the command has ended, its status is on the screen. */
export class Terminal implements AsyncDisposable {
  readonly #folder: TemporaryDirectory;

  private constructor(folder: TemporaryDirectory) {
    this.#folder = folder;
  }

  static async open(words: readonly string[], { cwd, environment }: TerminalOptions): Promise<Terminal> {
    const terminal = new Terminal(makeTemporaryDirectory("terminal"));
    const variables = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const command = ["env", "-i", "TERM=screen-256color", ...variables, ...words].map(quote).join(" ");
    const size = ["-x", "120", "-y", "50"];
    await terminal.#tmux("new-session", "-d", ...size, "-c", cwd, `${command}; echo "ended with $?"; exec cat`);
    return terminal;
  }

  /** Types a text, key by key. */
  async type(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", "--", text);
  }

  /** Presses a key by tmux's name for it, such as Enter, Tab or C-c. */
  async press(key: string): Promise<void> {
    await this.#tmux("send-keys", key);
  }

  /** Types a line. */
  async enter(line: string): Promise<void> {
    await this.type(line);
    await this.press("Enter");
  }

  /** What is on the screen and was above it, without the blanks at the ends of lines. */
  text(): Promise<string> {
    return this.#tmux("capture-pane", "-p", "-J", "-S", "-1000");
  }

  #tmux(...words: readonly string[]): Promise<string> {
    return requireCommand("tmux", this.#arguments(words));
  }

  /** Neither the user's server nor the user's configuration. */
  #arguments(words: readonly string[]): readonly string[] {
    return ["-S", join(this.#folder.path, "socket"), "-f", "/dev/null", ...words];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await runCommand("tmux", this.#arguments(["kill-server"]));
    this.#folder[Symbol.dispose]();
  }
}

function quote(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
