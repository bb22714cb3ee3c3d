import { describe, expect, it } from "vitest";
import { resolveRange } from "./byte-range.ts";

describe("resolveRange", () => {
  it.for([
    ["bytes=0-0", { offset: 0, length: 1 }],
    ["bytes=10-19", { offset: 10, length: 10 }],
    ["bytes=90-", { offset: 90, length: 10 }],
    ["bytes=90-1000", { offset: 90, length: 10 }],
    ["bytes=-5", { offset: 95, length: 5 }],
    ["bytes=-500", { offset: 0, length: 100 }],
  ] as const)("%s of 100 bytes is a part", ([header, expected]) => {
    expect(resolveRange(header, 100)).toEqual(expected);
  });

  it.for(["bytes=100-", "bytes=100-200", "bytes=-0"])("%s of 100 bytes is unsatisfiable", (header) => {
    expect(resolveRange(header, 100)).toBe("unsatisfiable");
  });

  it.for([undefined, "", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=1-2", "bytes=a-b"])(
    "%s asks for everything",
    (header) => {
      expect(resolveRange(header, 100)).toBeUndefined();
    },
  );
});
