import { describe, expect, it } from "vitest";
import { type Attrs, emptyAttrs, makeAttrs } from "./attrs.ts";
import { mapAttrs } from "./mapped-attrs.ts";
import { Deferred, Thunk } from "./thunk.ts";
import type { Lazy } from "./value.ts";

function contents(set: Attrs): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  set.forEach((name) => {
    found[name] = set.force(name);
  });
  return found;
}

function numbered(count: number, from = 0): Attrs {
  return makeAttrs(Array.from({ length: count }, (_, index) => [`n${index + from}`, index + from] as const));
}

describe("Attrs", () => {
  it("keeps names in byte order", () => {
    expect(makeAttrs(Object.entries({ b: 1, Z: 2, a: 3, "": 4 })).names()).toEqual(["", "Z", "a", "b"]);
  });

  it("update prefers the upper set at every depth of layers", () => {
    let set = numbered(40);
    const expected: Record<string, unknown> = contents(numbered(40));
    for (let round = 0; round < 100; round++) {
      const name = `n${(round * 7) % 60}`;
      set = set.update(makeAttrs([[name, `r${round}`]]));
      expected[name] = `r${round}`;
      expect(set.force(name)).toBe(`r${round}`);
    }
    expect(set.force("n39")).toBe(expected.n39);
    expect(contents(set)).toEqual(expected);
    expect(set.size).toBe(Object.keys(expected).length);
  });

  it("update leaves both operands as they were, flattened or not", () => {
    const lower = numbered(3);
    const upper = makeAttrs([["n1", "upper"]]);
    const both = lower.update(upper);
    both.flatten();
    expect(contents(lower)).toEqual({ n0: 0, n1: 1, n2: 2 });
    expect(contents(upper)).toEqual({ n1: "upper" });
    expect(contents(both)).toEqual({ n0: 0, n1: "upper", n2: 2 });
  });

  it("update of layered sets keeps the order of all layers", () => {
    const left = numbered(2).update(makeAttrs([["n0", "l"]]));
    const right = makeAttrs([["n0", "r1"]]).update(makeAttrs([["n1", "r2"]]));
    expect(contents(left.update(right))).toEqual({ n0: "r1", n1: "r2" });
  });

  it("without drops names and nothing else, from large sets too", () => {
    const set = numbered(50).without(["n3", "absent"]);
    expect(set.has("n3")).toBe(false);
    expect(set.force("n49")).toBe(49);
    expect(set.size).toBe(49);
    expect(numbered(2).without(["n0", "n1"]).isEmpty).toBe(true);
  });

  it("computes a value once, whichever layer or copy asks for it", () => {
    let runs = 0;
    const thunk: Lazy = new Thunk(
      new Deferred(() => {
        runs++;
        return "computed";
      }),
      [],
    );
    const lower = numbered(30).update(makeAttrs([["lazy", thunk]]));
    const set = lower.update(numbered(30, 100)).flatten();
    expect([set.force("lazy"), lower.force("lazy"), set.force("lazy")]).toEqual(["computed", "computed", "computed"]);
    expect(runs).toBe(1);
  });

  it("mapAttrs computes only what is asked for", () => {
    const asked: string[] = [];
    const mapped = mapAttrs(numbered(5), (name, value) => {
      asked.push(name);
      return [value];
    });
    expect(mapped.force("n3")).toEqual([3]);
    expect(mapped.force("n3")).toEqual([3]);
    expect(asked).toEqual(["n3"]);
    expect(mapAttrs(emptyAttrs, () => null).isEmpty).toBe(true);
  });
});
