import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { openHistory } from "./history.ts";

const folder = mkdtempSync(join(tmpdir(), "tvix-history-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("openHistory", () => {
  test("a session knows the lines of those before, newest first, and of those beside it", () => {
    const file = join(folder, "data", "history");
    const first = openHistory(file);
    const second = openHistory(file);
    first.add("one");
    second.add("  ");
    second.add("two");
    first.add("three");
    expect(openHistory(file).lines).toEqual(["three", "two", "one"]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test("keeps no more than the last lines", () => {
    const file = join(folder, "long");
    writeFileSync(file, Array.from({ length: 6_000 }, (_, index) => `line ${index}\n`).join(""));
    const { lines } = openHistory(file);
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([5_000, "line 5999", "line 1000"]);
    expect(readFileSync(file, "utf8").split("\n")).toHaveLength(5_001);
  });

  test("without a place for it there is none", () => {
    const file = join(folder, "file");
    writeFileSync(file, "");
    const history = openHistory(join(file, "history"));
    history.add("lost");
    expect(history.lines).toEqual([]);
  });
});
