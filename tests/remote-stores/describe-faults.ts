import { type B3Digest, type BlobService, blobServiceKind, hashB3, type ObjectStore } from "@tvix-mesh/castore";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { large, partBytes } from "./describe-large-objects.ts";
import { openService } from "./describe-services.ts";
import { type FaultProxy, startFaultProxy } from "./fault-proxy.ts";

export interface FaultySubject {
  /** The URL of a blob service over a place of its own. */
  readonly url: () => string;
  /** Scheme, host and port of the server. */
  readonly target: () => string;
  /** A new store by way of a proxy at that origin. */
  open(
    origin: string,
    options: { readonly requestTimeoutMs?: number; readonly attempts?: number; readonly partBytes?: number },
  ): Promise<ObjectStore>;
}

export async function putBlob(blobs: BlobService, bytes: Uint8Array): Promise<B3Digest> {
  await using writer = await blobs.openWrite();
  await writer.write(bytes);
  return await writer.close();
}

/** What a store far away must do when the connection or the server has trouble. */
export function describeFaults({ url, target, open }: FaultySubject): void {
  describe("over a connection with faults", () => {
    let proxy: FaultProxy;
    let store: ObjectStore;
    beforeAll(async () => {
      proxy = await startFaultProxy(target());
      store = await open(proxy.endpoint, { requestTimeoutMs: 500, attempts: 4, partBytes });
      await store.put("kept", large.subarray(0, 500_000));
    });
    afterAll(async () => {
      await store?.[Symbol.asyncDispose]();
      await proxy?.[Symbol.asyncDispose]();
    });

    it.each(["503", "500", "reset", "hang"] as const)("makes requests that end in %s again", async (fault) => {
      for (const [name, call] of Object.entries({
        put: () => store.put(`again-${fault}`, large.subarray(0, 300_000)),
        has: () => store.has("kept"),
        get: () => store.get("kept"),
        list: () => Array.fromAsync(store.list("")),
        delete: () => store.delete(`again-${fault}`),
      })) {
        proxy.faults.push(fault, fault);
        await expect(call(), name).resolves.not.toBe(false);
        expect(proxy.faults).toEqual([]);
      }
    });

    it("goes on with a large put where it broke off", async () => {
      const put = store.put("large", large);
      proxy.faults.push("503", "reset", "503");
      await put;
      expect(proxy.faults).toEqual([]);
      expect(Buffer.compare((await store.get("large")) as Uint8Array, large)).toBe(0);
    });

    it("reads again what broke off", async () => {
      proxy.faults.push("cut-body", "cut-body");
      expect(Buffer.compare((await store.get("kept")) as Uint8Array, large.subarray(0, 500_000))).toBe(0);
    });

    it("gives up at last, and says on what", async () => {
      proxy.faults.push("503", "503", "503", "503");
      await expect(store.has("kept")).rejects.toMatchObject({
        code: "unavailable",
        message: expect.stringMatching(/^Cannot look up object kept in /),
      });
      expect(proxy.faults).toEqual([]);
    });
  });

  it("keeps blobs for another process that has nothing but the address", async () => {
    const address = url();
    let digest: B3Digest;
    {
      await using fixture = await openService(blobServiceKind, address);
      digest = await putBlob(fixture.service, large);
    }
    await using fixture = await openService(blobServiceKind, address);
    const reader = await fixture.service.openRead(digest);
    const read = Buffer.concat(await Array.fromAsync(reader?.read() ?? []));
    expect(hashB3(read).hex).toBe(digest.hex);
  });
}
