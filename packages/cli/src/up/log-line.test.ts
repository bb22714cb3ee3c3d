import { describe, expect, test } from "vitest";
import { formatLogLine, toJsonLogLine } from "./log-line.ts";

const plain = (_: string, text: string) => text;

describe("formatLogLine", () => {
  test("shows time, name, level, message and fields of a JSON line", () => {
    const line = JSON.stringify({
      level: "warn",
      time: "2026-01-02T03:04:05.678Z",
      pid: 1,
      hostname: "h",
      name: "blob-service",
      status: "OK",
      durationMs: 3,
      msg: "slow",
    });
    expect(formatLogLine("blob-service", 14, line, plain)).toBe(
      "03:04:05.678 blob-service   WARN  slow status=OK durationMs=3\n",
    );
  });

  test("shows the stack of an error, indented", () => {
    const line = JSON.stringify({ level: "error", msg: "bad", err: { message: "bad", stack: "Error: bad\nat f" } });
    expect(formatLogLine("evaluator", 9, line, plain)).toBe(
      "             evaluator ERROR bad\n    Error: bad\n    at f\n",
    );
  });

  test("takes other lines for errors", () => {
    expect(formatLogLine("x", 1, "Segmentation \x1b[31mfault", plain)).toBe(
      "             x ERROR Segmentation fault\n",
    );
  });
});

describe("toJsonLogLine", () => {
  test("leaves JSON alone and wraps the rest", () => {
    expect(toJsonLogLine("x", '{"a":1}')).toBe('{"a":1}\n');
    expect(JSON.parse(toJsonLogLine("x", "oh"))).toEqual({ level: "error", name: "x", msg: "oh" });
  });
});
