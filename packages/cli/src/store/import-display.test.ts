import { describe, expect, test } from "vitest";
import { createImportDisplay, describeImport, formatBytes, formatSeconds } from "./import-display.ts";

const progress = (entries: number, bytes: number, underWayBytes = 0) => ({
  entries,
  bytes,
  underWayBytes,
  uploadedBytes: 0,
});

describe("formatBytes", () => {
  test.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1.0 kB"],
    [99_940, "99.9 kB"],
    [99_960, "100 kB"],
    [999_600, "1.0 MB"],
    [45_200_000, "45.2 MB"],
    [3e12, "3.0 TB"],
    [3e15, "3000 TB"],
  ])("%d is %s", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe("formatSeconds", () => {
  test.each([
    [0, "0 s"],
    [59.4, "59 s"],
    [59.6, "1 min 0 s"],
    [3725, "1 h 2 min"],
  ])("%d is %s", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});

describe("describeImport", () => {
  test("tells what is done, how fast, and what is left", () => {
    expect(describeImport("x", progress(12, 4_000_000, 1_000_000), 0.25, 10_000)).toBe(
      "[x: 12 entries, 5.0 MB, 25 %, 500 kB/s, 30 s left]",
    );
  });

  test("leaves out what isn't known", () => {
    expect(describeImport("x", progress(12, 5_000_000), undefined, 10_000)).toBe("[x: 12 entries, 5.0 MB, 500 kB/s]");
    expect(describeImport("x", progress(1, 0), 0, 10)).toBe("[x: 1 entry, 0 bytes, 0 %]");
    expect(describeImport("x", progress(0, 0), 0, 1000)).toBe("[x: 0 entries, 0 bytes, 0 %, 0 bytes/s]");
  });
});

describe("createImportDisplay", () => {
  test("draws one line, as wide as the terminal, and takes it away", () => {
    let text = "";
    let draw = (): void => undefined;
    let nowMs = 0;
    const terminal = {
      columns: 20,
      write: (more: string | Uint8Array) => {
        text += more;
        return true;
      },
    };
    const repeat = (callback: () => void) => {
      draw = callback;
      return { [Symbol.dispose]: () => undefined };
    };
    const display = createImportDisplay(terminal, repeat, () => nowMs);
    draw();
    display.clear();
    expect(text).toBe("");
    display.start("tree");
    display.progress(progress(2, 10), 0.5);
    nowMs = 100;
    draw();
    expect(text).toBe("\r\x1b[K[tree: 2 entries, 1");
    text = "";
    display.finishing();
    draw();
    display.clear();
    draw();
    expect(text).toBe("\r\x1b[K[tree: everything i\r\x1b[K");
  });
});
