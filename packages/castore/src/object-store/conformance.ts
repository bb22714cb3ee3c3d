import { ServiceError } from "@tvix-mesh/service";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ObjectStore } from "./object-store.ts";

/** Bytes that compress badly and differ by `seed`. */
function sample(lengthBytes: number, seed: number): Uint8Array {
  let state = seed * 2654435761 + 1;
  return Uint8Array.from({ length: lengthBytes }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function sameBytes(actual: Uint8Array | undefined, expected: Uint8Array): boolean {
  return actual !== undefined && Buffer.compare(actual, expected) === 0;
}

/**
 * What every storage technology must do. `open` makes an empty store; where `reopen` is given, it opens the one made
 * last once more, after it was closed.
 */
export function describeObjectStore(
  name: string,
  open: () => Promise<ObjectStore>,
  reopen?: () => Promise<ObjectStore>,
): void {
  describe(`ObjectStore ${name}`, () => {
    let store: ObjectStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(async () => {
      await store[Symbol.asyncDispose]();
    });

    it("get() of an absent key is undefined, has() false, delete() nothing", async () => {
      expect(await store.get("a/b")).toBeUndefined();
      expect(await store.has("a/b")).toBe(false);
      await store.delete("a/b");
    });

    it.each([0, 1, 511, 4096, 65_536, 65_537, 1_048_577])(
      "get() answers the %i bytes that were put",
      async (length) => {
        const value = sample(length, length);
        await store.put("a/b", value);
        expect(await store.has("a/b")).toBe(true);
        expect(sameBytes(await store.get("a/b"), value)).toBe(true);
      },
    );

    it("put() again replaces, small by large and large by small", async () => {
      for (const length of [10, 200_000, 300_000, 20]) {
        const value = sample(length, length);
        await store.put("k", value);
        expect(sameBytes(await store.get("k"), value)).toBe(true);
      }
    });

    it("put() keeps no hold of the caller's bytes, nor get() of the store's", async () => {
      const value = Uint8Array.of(1, 2, 3);
      await store.put("k", value);
      value.fill(9);
      const read = await store.get("k");
      expect(read).toEqual(Uint8Array.of(1, 2, 3));
      read?.fill(9);
      expect(await store.get("k")).toEqual(Uint8Array.of(1, 2, 3));
    });

    it("delete() removes small and large objects", async () => {
      for (const length of [10, 200_000]) {
        await store.put("k", sample(length, 1));
        await store.delete("k");
        expect(await store.get("k")).toBeUndefined();
        expect(await store.has("k")).toBe(false);
      }
    });

    it("list() answers the keys with the prefix, ascending", async () => {
      for (const key of ["b/2", "a/1", "b/10", "b.", "b0", "c/1", "b/1"]) await store.put(key, sample(3, 1));
      expect(await Array.fromAsync(store.list("b/"))).toEqual(["b/1", "b/10", "b/2"]);
      expect(await Array.fromAsync(store.list(""))).toEqual(["a/1", "b.", "b/1", "b/10", "b/2", "b0", "c/1"]);
      expect(await Array.fromAsync(store.list("d"))).toEqual([]);
    });

    it("list() goes on beyond a few thousand keys", async () => {
      const keys = Array.from({ length: 2500 }, (_, index) => `n/${String(index).padStart(5, "0")}`);
      await Promise.all(keys.map((key) => store.put(key, Uint8Array.of(1))));
      expect(await Array.fromAsync(store.list("n/"))).toEqual(keys);
    });

    it("put() of many side by side keeps all of them", async () => {
      const values = Array.from({ length: 200 }, (_, index) => sample(index % 10 === 0 ? 100_000 : 1000, index));
      await Promise.all(values.map((value, index) => store.put(`p/${index}`, value)));
      for (const [index, value] of values.entries()) expect(sameBytes(await store.get(`p/${index}`), value)).toBe(true);
    });

    it.each([
      ["of many sizes", [100, 200_000, 300_000]],
      ["all small", Array.from({ length: 9 }, () => 500)],
      ["small and large in turns", [500, 200_000, 500, 500, 300_000, 500, 500]],
    ])("put() of one key side by side leaves one of the values, %s, and its neighbours", async (_kind, lengths) => {
      const values = lengths.map((length, index) => sample(length, index));
      const neighbours = lengths.map((_, index) => sample(700, index + 100));
      await Promise.all(
        values.flatMap((value, index) => [
          store.put("same", value),
          store.put(`neighbour/${index}`, neighbours[index] as Uint8Array),
        ]),
      );
      const read = await store.get("same");
      expect(values.some((value) => sameBytes(read, value))).toBe(true);
      for (const [index, neighbour] of neighbours.entries())
        expect(sameBytes(await store.get(`neighbour/${index}`), neighbour)).toBe(true);
    });

    it("put() and delete() of a few keys side by side, many times, leave what came last", async () => {
      const keys = ["a", "b", "c", "d"];
      for (let round = 0; round < 12; round++) {
        const calls = keys.flatMap((key, number) => [
          store.put(key, sample(300, round)),
          (round + number) % 3 === 0 ? store.delete(key) : store.put(key, sample(400, round)),
        ]);
        await Promise.all(calls);
        const last = sample(600 + round, round);
        await Promise.all(keys.map((key) => store.put(key, last)));
        for (const key of keys) expect(sameBytes(await store.get(key), last)).toBe(true);
      }
    });

    it("an aborted signal stops a call before it does anything", async () => {
      const reason = new ServiceError("cancelled", "Cannot go on: enough");
      const options = { signal: AbortSignal.abort(reason) };
      await expect(store.put("k", Uint8Array.of(1), options)).rejects.toBe(reason);
      await expect(store.get("k", options)).rejects.toBe(reason);
      expect(await store.has("k")).toBe(false);
    });

    it.runIf(reopen)("keeps everything over closing and opening", async () => {
      const large = sample(200_000, 1);
      await store.put("large", large);
      await store.put("small", Uint8Array.of(7));
      await store[Symbol.asyncDispose]();
      store = await (reopen as () => Promise<ObjectStore>)();
      expect(sameBytes(await store.get("large"), large)).toBe(true);
      expect(await store.get("small")).toEqual(Uint8Array.of(7));
    });
  });
}
