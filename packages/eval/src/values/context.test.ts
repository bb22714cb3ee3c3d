import { describe, expect, it } from "vitest";
import { type Context, ContextElement, contextElements, contextOfElements, joinContexts } from "./context.ts";

const path = new ContextElement("path", "/nix/store/a");
const output = new ContextElement("output", "/nix/store/b.drv", "out");
const derivation = new ContextElement("derivation", "/nix/store/b.drv");

function keys(context: Context | undefined): string[] {
  return contextElements(context).map((element) => element.key);
}

describe("joinContexts", () => {
  it("holds each element once, ascending", () => {
    const joined = joinContexts(
      joinContexts(path, derivation),
      joinContexts(output, new ContextElement("path", path.path)),
    );
    expect(keys(joined)).toEqual(["!out!/nix/store/b.drv", "/nix/store/a", "=/nix/store/b.drv"]);
  });

  it("with nothing is the other", () => {
    expect(joinContexts(undefined, path)).toBe(path);
    expect(joinContexts(path, undefined)).toBe(path);
    expect(contextOfElements([])).toBeUndefined();
  });

  it("joined with itself a hundred thousand times stays small and flat", () => {
    let context: Context | undefined = joinContexts(path, output);
    for (let round = 0; round < 100_000; round++) {
      context = joinContexts(context, round % 2 === 0 ? context : derivation);
    }
    expect(keys(context)).toHaveLength(3);
  });
});
