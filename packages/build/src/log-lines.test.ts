import { describe, expect, it } from "vitest";
import { longestLineBytes, splitLogLines } from "./log-lines.ts";

async function* source(pieces: readonly string[]): AsyncGenerator<Uint8Array, string> {
  for (const piece of pieces) yield new TextEncoder().encode(piece);
  return "end";
}

async function split(...pieces: string[]): Promise<{ lines: string[]; result: string }> {
  const lines: string[] = [];
  const running = splitLogLines(source(pieces));
  while (true) {
    const next = await running.next();
    if (next.done) return { lines, result: next.value };
    lines.push(Buffer.from(next.value).toString("utf8"));
  }
}

describe("splitLogLines", () => {
  it("gives no line for no output, and what the source returns", async () => {
    expect(await split()).toEqual({ lines: [], result: "end" });
  });

  it("gives empty lines, and the last one without its newline", async () => {
    expect((await split("a\n\nb\n", "c")).lines).toEqual(["a", "", "b", "c"]);
  });

  it("joins a line that comes in pieces", async () => {
    expect((await split("a", "b", "\nc", "d\n")).lines).toEqual(["ab", "cd"]);
  });

  it("cuts a line that is too long, without losing any of it", async () => {
    const long = "x".repeat(longestLineBytes);
    expect((await split(`${long}${long}yz`, "\nnext\n")).lines).toEqual([long, long, "yz", "next"]);
    expect((await split(long, "\nnext\n")).lines).toEqual([long, "next"]);
  });

  it("hands on that it is abandoned", async () => {
    let ended = false;
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      try {
        while (true) yield new TextEncoder().encode("line\n");
      } finally {
        ended = true;
      }
    }
    for await (const _line of splitLogLines(endless())) break;
    expect(ended).toBe(true);
  });
});
