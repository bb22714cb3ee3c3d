import { ClosureService } from "@tvix-mesh/proto/mesh/castore/v1/closure";
import { createClient } from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import { hashB3 } from "../b3-hasher.ts";
import { Directory } from "../directory.ts";
import { startLoopbackServer } from "../testing/loopback-server.ts";
import { openMemoryCastore } from "../testing/memory-castore.ts";
import { bindClosureService } from "./closure-grpc-server.ts";

const contents = new TextEncoder().encode("contents");
const digest = hashB3(contents);
const name = new TextEncoder().encode("name");
const leaf = Directory.of([{ name, node: { kind: "file", digest, size: 8n, executable: false } }]);
const root = Directory.of([{ name, node: leaf.toNode() }]);
const directories = [leaf.toMessage(), root.toMessage()];

async function start(withBlobs: boolean) {
  const services = openMemoryCastore();
  const binding = bindClosureService(services.directories, withBlobs ? services.blobs : undefined);
  const server = await startLoopbackServer("directory-service", [binding]);
  return {
    ...services,
    client: createClient(ClosureService, server.channel),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

async function* iterate<Value>(...values: Value[]): AsyncGenerator<Value> {
  yield* values;
}

describe("PutClosure with blobs", () => {
  it.each([
    ["before the directories", [{ blobs: [contents] }, { directories }]],
    ["after them", [{ directories }, { blobs: [contents] }]],
    ["with them", [{ directories, blobs: [contents] }]],
  ])("stores a tree whose blobs come %s", async (_when, requests) => {
    await using mesh = await start(true);
    const { rootDigest } = await mesh.client.putClosure(iterate(...requests));
    expect(Buffer.from(rootDigest).toString("hex")).toBe(root.digest.hex);
    expect(await mesh.blobs.has(digest)).toBe(true);
    expect(await Array.fromAsync(mesh.directories.getRecursive(root.digest))).toHaveLength(2);
  });

  it("names a blob that is missing, and stores no directory", async () => {
    await using mesh = await start(true);
    const other = new TextEncoder().encode("other contents");
    await expect(mesh.client.putClosure(iterate({ directories, blobs: [other] }))).rejects.toMatchObject({
      code: "failed-precondition",
      message: `Cannot put directories: blob ${digest} of one is not there`,
    });
    expect(await mesh.directories.get(leaf.digest)).toBeUndefined();
  });

  it("needs no blob that is there, and none at all where none comes along", async () => {
    await using mesh = await start(true);
    await mesh.client.putClosure(iterate({ directories }));
    await mesh.client.putClosure(iterate({ blobs: [contents] }, { directories }));
    await mesh.client.putClosure(iterate({ directories, blobs: [new TextEncoder().encode("other contents")] }));
  });

  it("refuses blobs where only directories are kept", async () => {
    await using mesh = await start(false);
    await expect(mesh.client.putClosure(iterate({ directories, blobs: [contents] }))).rejects.toMatchObject({
      code: "failed-precondition",
    });
    await mesh.client.putClosure(iterate({ directories }));
  });
});
