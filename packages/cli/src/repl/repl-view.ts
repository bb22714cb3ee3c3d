import type { Diagnostic, Event } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import type { ProgressDisplay } from "../build/progress-display.ts";

/** Where a session's answers go. */
export interface ReplView {
  /** A printed value; ends with a newline. */
  value(printed: Uint8Array): void;
  /** Any other answer; ends with a newline. */
  answer(text: string): void;
  /** What has happened that was no question; ends with a newline. */
  note(text: string): void;
  /** What is wrong with an input besides its program. */
  complain(message: string): void;
  diagnose(diagnostic: Diagnostic): void;
  openProgress(): ProgressDisplay;
  /** Prints warnings, traces and diagnostics, and passes on the rest. Throws when the program is wrong. */
  follow(events: AsyncIterable<Event>, handle: (event: Event) => void, display?: ProgressDisplay): Promise<void>;
}
