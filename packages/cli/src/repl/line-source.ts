/** What comes next: a line, the wish to give up what has been typed, or the end. */
export type NextLine =
  | { readonly kind: "line"; readonly text: string }
  | { readonly kind: "interruption" }
  | { readonly kind: "end" };

/** Where a session's inputs come from. Disposing it gives the terminal back. */
export interface LineSource extends Disposable {
  /** `isContinuation` says that the line goes on with an input. */
  next(options: { readonly isContinuation: boolean }): Promise<NextLine>;
  /** Runs `work` with a signal that an interruption by the user aborts. */
  interruptible<Result>(work: (signal: AbortSignal | undefined) => Promise<Result>): Promise<Result>;
}

/** Why work was aborted that the user has interrupted. */
export class InputInterrupted extends Error {
  constructor() {
    super("interrupted");
    this.name = "InputInterrupted";
  }
}
