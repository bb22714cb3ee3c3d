import type { LineSource } from "./line-source.ts";
import type { InputOutcome, ReplSession } from "./session.ts";

export interface ReplLoopParts {
  readonly session: ReplSession;
  readonly lines: LineSource;
  /** What is loaded first. */
  readonly files: readonly string[];
  /** Told of what fails outside the program, such as an evaluator that doesn't answer. */
  readonly complain: (error: unknown) => void;
}

/** Loads files and runs inputs until they end or one of them asks to leave. Says whether all went well. */
export async function runReplLoop({ session, lines, files, complain }: ReplLoopParts): Promise<boolean> {
  let allWell = true;
  const attempt = async (work: (signal: AbortSignal | undefined) => Promise<InputOutcome>): Promise<InputOutcome> => {
    try {
      return await lines.interruptible(work);
    } catch (error) {
      complain(error);
      return "failed";
    }
  };

  for (const file of files) if ((await attempt((signal) => session.load(file, signal))) !== "done") allWell = false;

  let typed: string | undefined;
  for (;;) {
    const next = await lines.next({ isContinuation: typed !== undefined });
    if (next.kind === "interruption") {
      typed = undefined;
      continue;
    }
    const isGivenUp = next.kind === "end" || next.text.trim() === "";
    if (typed !== undefined && isGivenUp) {
      session.giveUp();
      allWell = false;
      typed = undefined;
    }
    if (next.kind === "end") return allWell;
    const input: string = typed === undefined ? next.text : `${typed}\n${next.text}`;
    const outcome = await attempt((signal) => session.run(input, signal));
    typed = outcome === "incomplete" ? input : undefined;
    if (outcome === "failed") allWell = false;
    if (outcome === "quit") return allWell;
  }
}
