import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { requireCommand, runCommand } from "../../compose/run-command.ts";
import { cleanEnvironment } from "../../e2e/testing/daemon-process.ts";
import { sharedStorePaths } from "./arguments.ts";
import type { Outcome } from "./outcome.ts";

/** Nix takes long to give up on what never ends; such a program says nothing. */
const timeoutMs = 10_000;
const timeoutOfEachMs = 20;
const prompt = "nix-repl> ";
/** Fails by itself. Behind a file that lacks its end, for which the REPL would wait, it makes that fail. */
const terminator = ")";
const colours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, "g");

/** Real Nix, asked about one program by `nix-instantiate`, or about hundreds that may fail by one `nix repl`. */
export class NixJudge {
  readonly #directory: string;
  readonly #home: string;
  #isStoreFilled = false;

  /** Relative paths of programs stand below `directory`, in which files for programs are written, too. */
  constructor(directory: string, home: string) {
    this.#directory = directory;
    this.#home = home;
    mkdirSync(home, { recursive: true });
    writeFileSync(join(home, "nix.conf"), "experimental-features = nix-command\nsubstituters =\n");
  }

  /** Undefined if Nix came to no end, or to an unnatural one. */
  async evaluate(program: string): Promise<Outcome | undefined> {
    const words = ["--eval", "--strict", "--readonly-mode", "--expr", program];
    const { exitCode, stdout, stderr } = await runCommand("nix-instantiate", words, this.#options(timeoutMs));
    if (exitCode === 0) return { kind: "prints", output: stdout.replace(/\n$/, "") };
    return exitCode === 1 ? { kind: "fails", message: stderr } : undefined;
  }

  /**
   * What each question prints when it is asked about its program, an empty text if it fails, undefined if Nix came to
   * no end. `(program)` in a question stands for the value of the program.
   */
  async ask(programs: readonly string[], question: string): Promise<(string | undefined)[]> {
    programs.forEach((program, index) => {
      writeFileSync(join(this.#directory, `program-${index}.nix`), program);
    });
    if (!this.#isStoreFilled) {
      await requireCommand(
        "nix-instantiate",
        ["--eval", "--strict", "--read-write-mode", "--expr", sharedStorePaths],
        this.#options(timeoutMs),
      );
      this.#isStoreFilled = true;
    }
    const lines = programs.map((_, index) => question.replace("(program)", `(import ./program-${index}.nix)`));
    return await this.#answers(lines);
  }

  async #answers(lines: readonly string[]): Promise<(string | undefined)[]> {
    if (lines.length === 0) return [];
    // Its input is a file: what it leaves unread, when it crashes, would break a pipe.
    const questions = join(this.#home, "questions");
    writeFileSync(questions, lines.map((line) => `${line}\n${terminator}\n`).join(""));
    const options = this.#options(timeoutMs + lines.length * timeoutOfEachMs);
    const { exitCode, stdout } = await runCommand("sh", ["-c", 'exec nix repl < "$1"', "sh", questions], options);
    const pieces = stdout.replaceAll(colours, "").split(prompt).slice(1);
    const answers = pieces.filter((piece) => !piece.startsWith(terminator));
    // The last prompt finds the end of the input.
    if (exitCode === 0 && answers.length === lines.length + 1)
      return answers.slice(0, -1).map((answer) => {
        const text = answer.slice(answer.indexOf("\n")).trim();
        return text === terminator ? "" : text;
      });
    if (lines.length === 1) return [undefined];
    const half = lines.length >> 1;
    return [...(await this.#answers(lines.slice(0, half))), ...(await this.#answers(lines.slice(half)))];
  }

  #options(milliseconds: number) {
    return {
      cwd: this.#directory,
      environment: cleanEnvironment({
        HOME: this.#home,
        NIX_CONF_DIR: this.#home,
        NIX_REMOTE: join(this.#home, "store"),
      }),
      timeoutMs: milliseconds,
    };
  }
}
