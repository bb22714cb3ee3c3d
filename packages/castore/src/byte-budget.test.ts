import { describe, expect, it } from "vitest";
import { ByteBudget } from "./byte-budget.ts";

describe("ByteBudget", () => {
  it("lets wait who wants more than is free, in order, and gives all to who wants more than there is", async () => {
    const budget = new ByteBudget(10);
    const log: string[] = [];
    const first = await budget.take(6);
    const work = async (name: string, bytes: number): Promise<void> => {
      using _taken = await budget.take(bytes);
      log.push(name);
      await Promise.resolve();
    };
    const all = Promise.all([work("second", 5), work("third", 1), work("fourth", 1000)]);
    await Promise.resolve();
    expect(log).toEqual([]);
    first[Symbol.dispose]();
    await all;
    expect(log).toEqual(["second", "third", "fourth"]);
  });
});
