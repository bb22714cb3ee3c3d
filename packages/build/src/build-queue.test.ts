import { describe, expect, it } from "vitest";
import { BuildQueue } from "./build-queue.ts";

async function isPending(promise: Promise<unknown>): Promise<boolean> {
  await new Promise((resolve) => setImmediate(resolve));
  return (await Promise.race([promise, Promise.resolve("pending")])) === "pending";
}

describe("BuildQueue", () => {
  it("lets in as many builds as there are jobs, then the next in order of arrival", async () => {
    const queue = new BuildQueue({ maxJobs: 2, memoryBytes: 0n });
    const first = await queue.enter(0n, undefined);
    await queue.enter(0n, undefined);
    const third = queue.enter(0n, undefined);
    const fourth = queue.enter(0n, undefined);
    expect(await isPending(third)).toBe(true);
    first[Symbol.dispose]();
    first[Symbol.dispose]();
    await third;
    expect(await isPending(fourth)).toBe(true);
  });

  it("keeps builds waiting whose memory doesn't fit, and small ones behind them", async () => {
    const queue = new BuildQueue({ maxJobs: 8, memoryBytes: 10n });
    const small = await queue.enter(4n, undefined);
    const large = queue.enter(10n, undefined);
    const behind = queue.enter(1n, undefined);
    expect(await isPending(large)).toBe(true);
    expect(await isPending(behind)).toBe(true);
    small[Symbol.dispose]();
    (await large)[Symbol.dispose]();
    await behind;
  });

  it("forgets a build that is aborted while it waits", async () => {
    const queue = new BuildQueue({ maxJobs: 1, memoryBytes: 0n });
    const first = await queue.enter(0n, undefined);
    const controller = new AbortController();
    const second = queue.enter(0n, controller.signal);
    const third = queue.enter(0n, undefined);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(second).rejects.toBe(reason);
    first[Symbol.dispose]();
    await third;
  });

  it("refuses a build that is aborted already", async () => {
    const queue = new BuildQueue({ maxJobs: 1, memoryBytes: 0n });
    await expect(queue.enter(0n, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
    await queue.enter(0n, undefined);
  });
});
