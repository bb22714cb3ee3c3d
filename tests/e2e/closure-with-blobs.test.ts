import { createBlobServiceClient, createDirectoryServiceClient, Directory, hashB3 } from "@tvix-mesh/castore";
import { ClosureService } from "@tvix-mesh/proto/mesh/castore/v1/closure";
import { createClient } from "@tvix-mesh/service";
import { expect, test } from "vitest";
import { startMesh } from "./testing/mesh.ts";
import { retry } from "./testing/retry.ts";
import { bytesOf } from "./testing/uploads.ts";

const contents = [bytesOf(1, 20), bytesOf(2, 300_000), bytesOf(3, 1_500_000)];
const root = Directory.of(
  contents.map((bytes, index) => ({
    name: Buffer.from(`file-${index}`),
    node: { kind: "file" as const, digest: hashB3(bytes), size: BigInt(bytes.length), executable: false },
  })),
);

async function* requests() {
  for (const bytes of contents) yield { blobs: [bytes] };
  yield { directories: [root.toMessage()] };
}

test("a closure goes with its blobs in one stream to the directory-service, which passes them on", async () => {
  await using mesh = await startMesh({ daemons: ["blob-service"] });
  const { BLOB_SERVICE_ADDR = "" } = mesh.clientEnvironment;
  await using second = await startMesh({ daemons: ["directory-service"], environment: { BLOB_SERVICE_ADDR } });
  const closures = createClient(ClosureService, second.channel("directory-service"));
  const { rootDigest } = await closures.putClosure(requests());
  expect(Buffer.from(rootDigest).toString("hex")).toBe(root.digest.hex);
  const blobs = createBlobServiceClient(mesh.channel("blob-service"));
  for (const bytes of contents) {
    const reader = await blobs.openRead(hashB3(bytes));
    expect(hashB3(Buffer.concat(await Array.fromAsync(reader?.read() ?? []))).hex).toBe(hashB3(bytes).hex);
  }
  const directories = createDirectoryServiceClient(second.channel("directory-service"));
  expect(await Array.fromAsync(directories.getRecursive(root.digest))).toHaveLength(1);

  // Without blobs along, the blob-service isn't asked.
  await mesh.kill9("blob-service");
  await directories.put(
    Directory.of([{ name: Buffer.from("link"), node: { kind: "symlink", target: Buffer.from("x") } }]),
  );
  await expect(closures.putClosure(requests())).rejects.toThrow("Cannot reach blob-service at ");
  await mesh.restart("blob-service");
  await retry(() => closures.putClosure(requests()));
});
