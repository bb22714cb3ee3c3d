import type { ObjectStore } from "@tvix-mesh/castore";
import { describe, expect, it } from "vitest";

/** S3 takes no smaller ones. */
export const partBytes = 5 * 1024 * 1024;
export const large = new Uint8Array(12_000_000).map((_, index) => Math.imul(index, 2654435761) >>> 15);

/** What a store must do that puts large objects in parts. `open` gives one at a new place. */
export function describeLargeObjects(
  open: (options: { readonly partBytes: number }) => ObjectStore | Promise<ObjectStore>,
): void {
  describe("large objects", () => {
    it("are put in parts, and read back", async () => {
      await using store = await open({ partBytes });
      await store.put("large", large);
      expect(Buffer.compare((await store.get("large")) as Uint8Array, large)).toBe(0);
    });

    it("are not there when their put is given up", async () => {
      await using store = await open({ partBytes });
      const abort = new AbortController();
      const put = store.put("large", large, { signal: abort.signal });
      abort.abort(new Error("enough"));
      await expect(put).rejects.toThrow("enough");
      expect(await store.has("large")).toBe(false);
      expect(await Array.fromAsync(store.list(""))).toEqual([]);
    });

    it("may be put several times at once", async () => {
      await using store = await open({ partBytes });
      await Promise.all(Array.from({ length: 4 }, () => store.put("large", large)));
      expect(Buffer.compare((await store.get("large")) as Uint8Array, large)).toBe(0);
    });

    it.each([100, large.length])("of %i bytes that are there are left as they are, if asked to", async (size) => {
      await using store = await open({ partBytes });
      const [first, second] = [large.subarray(0, size), large.subarray(0, size).toReversed()];
      await store.put("key", first, { ifAbsent: true });
      await store.put("key", second, { ifAbsent: true });
      expect(Buffer.compare((await store.get("key")) as Uint8Array, first)).toBe(0);
      await store.put("key", second);
      expect(Buffer.compare((await store.get("key")) as Uint8Array, second)).toBe(0);
    });
  });
}
