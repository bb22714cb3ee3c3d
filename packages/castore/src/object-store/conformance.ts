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

    it("put() of one key side by side leaves one of the values", async () => {
      const values = [sample(100, 1), sample(200_000, 2), sample(300_000, 3)];
      await Promise.all(values.map((value) => store.put("same", value)));
      const read = await store.get("same");
      expect(values.some((value) => sameBytes(read, value))).toBe(true);
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
