import process from "node:process";
import { styleText } from "node:util";
import type { Paint } from "./render-diagnostic.ts";

/** Colours for standard error: none unless it is a terminal, and none with NO_COLOR. */
export const terminalPaint: Paint = {
  get hasColours() {
    return styleText("bold", "x", { stream: process.stderr }) !== "x";
  },
  error: (text) => styleText(["bold", "red"], text, { stream: process.stderr }),
  warning: (text) => styleText(["bold", "yellow"], text, { stream: process.stderr }),
  location: (text) => styleText("cyan", text, { stream: process.stderr }),
  faint: (text) => styleText("dim", text, { stream: process.stderr }),
};
