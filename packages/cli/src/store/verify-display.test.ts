import type { WriteStream } from "node:tty";
import type { StoreVerification } from "@tvix-mesh/store";
import { describe, expect, it } from "vitest";
import { createVerifyDisplay } from "./verify-display.ts";

const counts: StoreVerification = {
  pathCount: 12,
  directoryCount: 3,
  blobCount: 400,
  blobBytes: 5_000_000,
  archiveBytes: 7_654_321,
  unreachedDirectoryCount: 0,
  unreachedBlobCount: 0,
  problemCount: 0,
  warningCount: 0,
};

/** A display on something that is a terminal or not, with a clock that goes on by `stepMs` at each look. */
function open({ isTTY, columns = 80, stepMs = 60 }: { isTTY: boolean; columns?: number; stepMs?: number }) {
  const written: string[] = [];
  const terminal = { isTTY, columns, write: (text: string) => written.push(text) } as unknown as WriteStream;
  let nowMs = 0;
  const display = createVerifyDisplay(terminal, 100, () => {
    nowMs += stepMs;
    return nowMs;
  });
  return { display, written };
}

describe("createVerifyDisplay()", () => {
  it("keeps one line that tells how far it is, written no more often than every so often", () => {
    const { display, written } = open({ isTTY: true });
    for (let call = 0; call < 6; call += 1) display.progress(counts);
    expect(written).toEqual(Array.from({ length: 3 }, () => "\r\x1b[K[12 paths, 400 blobs, 7 MB of archives]"));
  });

  it("takes the line away for other output, and in the end", () => {
    const { display, written } = open({ isTTY: true, stepMs: 200 });
    display.clear();
    expect(written).toEqual([]);
    display.progress(counts);
    display.clear();
    display[Symbol.dispose]();
    expect(written.slice(1)).toEqual(["\r\x1b[K"]);
  });

  it("is no wider than the terminal, and writes nothing elsewhere", () => {
    const narrow = open({ isTTY: true, columns: 20, stepMs: 200 });
    narrow.display.progress({ ...counts, unreachedBlobCount: 9 });
    expect(narrow.written).toEqual(["\r\x1b[K[12 paths, 400 blob"]);
    const file = open({ isTTY: false, stepMs: 200 });
    file.display.progress(counts);
    expect(file.written).toEqual([]);
  });
});
