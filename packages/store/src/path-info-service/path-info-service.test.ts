import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "@bufbuild/protobuf";
import { ServerCredentials } from "@grpc/grpc-js";
import { createMemoryObjectStore } from "@tvix-mesh/castore";
import { SigningKey } from "@tvix-mesh/nix-compat";
import { PathInfoService as SnixPathInfoService } from "@tvix-mesh/proto/snix/store/v1/rpc_pathinfo";
import { PathInfoSchema } from "@tvix-mesh/proto/tvix/store/v1/pathinfo";
import { PathInfoService as TvixPathInfoService } from "@tvix-mesh/proto/tvix/store/v1/rpc_pathinfo";
import { addService, type Channel, Composition, createClient, createGrpcServer, openChannel } from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import type { NarCalculationService } from "../nar/nar-calculation-service.ts";
import { pathInfoFingerprint } from "../path-info.ts";
import { pathInfoToMessage } from "../path-info-message.ts";
import { pathInfoServiceBackends } from "./backends.ts";
import { describePathInfoService, examplePathInfo } from "./conformance.ts";
import { createPathInfoServiceClient } from "./grpc-client.ts";
import { bindPathInfoService } from "./grpc-server.ts";
import { createObjectStorePathInfoService } from "./object-store-path-info-service.ts";
import type { PathInfoService } from "./path-info-service.ts";

type Instances = Readonly<Record<string, unknown>>;

async function openTemporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), "path-infos-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) };
}

function compose(instances: Instances) {
  return new Composition<PathInfoService>({ kind: "pathinfoservices", backends: pathInfoServiceBackends, instances });
}

async function openComposition(makeInstances: (directory: string) => Promise<Instances>) {
  const stack = new AsyncDisposableStack();
  const directory = stack.use(await openTemporaryDirectory());
  const composition = stack.use(compose(await makeInstances(directory.path)));
  const service = await composition.resolve("root");
  return { service, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

const noCalculation: NarCalculationService = {
  calculateNar: async (root) => ({
    narSizeBytes: root.kind === "file" ? root.size + 1n : 0n,
    narSha256: new Uint8Array(32).fill(3),
  }),
};

async function serve(service: PathInfoService): Promise<{ channel: Channel } & AsyncDisposable> {
  const server = createGrpcServer();
  for (const binding of bindPathInfoService(service, noCalculation)) addService(server, binding);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const channel = openChannel({ name: "pathinfo-service", address: `http://127.0.0.1:${port}` });
  return {
    channel,
    async [Symbol.asyncDispose]() {
      channel[Symbol.dispose]();
      server.forceShutdown();
    },
  };
}

describePathInfoService("memory", () => openComposition(async () => ({ root: { type: "memory" } })));

describePathInfoService("lmdb", () => openComposition(async (path) => ({ root: { type: "lmdb", path } })));

describePathInfoService("grpc", async () => {
  const remote = await serve(createObjectStorePathInfoService(createMemoryObjectStore()));
  return {
    ...remote,
    service: createPathInfoServiceClient(remote.channel),
    [Symbol.asyncDispose]: remote[Symbol.asyncDispose],
  };
});

describe("lmdb", () => {
  it("keeps path infos over a restart", async () => {
    await using directory = await openTemporaryDirectory();
    const instances = { root: { type: "lmdb", path: directory.path } };
    {
      await using composition = compose(instances);
      await (await composition.resolve("root")).put(examplePathInfo("kept"));
    }
    await using composition = compose(instances);
    const { digest } = examplePathInfo("kept").storePath;
    expect((await (await composition.resolve("root")).get(digest))?.storePath.name).toBe("kept");
    expect(await readdir(directory.path)).not.toEqual([]);
  });
});

describe("keyfile-signing", () => {
  async function openSigning(secret: string) {
    return openComposition(async (directory) => {
      await writeFile(join(directory, "secret"), secret);
      return {
        root: { type: "keyfile-signing", inner: "near", keyfile: join(directory, "secret") },
        near: { type: "memory" },
      };
    });
  }

  it("put() adds a signature that the public key verifies, keeping others", async () => {
    const key = SigningKey.generate("test-1");
    await using fixture = await openSigning(`${key.formatSecret()}\n`);
    const other = { name: "other", data: new Uint8Array(64) };
    const stored = await fixture.service.put(examplePathInfo("signed", { signatures: [other] }));
    expect(stored.signatures.map(({ name }) => name)).toEqual(["other", "test-1"]);
    expect(key.publicKey.verify(pathInfoFingerprint(stored), stored.signatures[1]!)).toBe(true);
    expect((await fixture.service.get(stored.storePath.digest))?.signatures).toHaveLength(2);
  });

  it("put() of what it has signed signs no second time", async () => {
    await using fixture = await openSigning(SigningKey.generate("test-1").formatSecret());
    const once = await fixture.service.put(examplePathInfo("signed"));
    expect((await fixture.service.put(once)).signatures).toHaveLength(1);
  });

  it("a key file that holds none stops the start without showing what it holds", async () => {
    await expect(openSigning("test-1:c2VjcmV0")).rejects.toThrow(/^Cannot read signing key .*secret: (?!.*c2VjcmV0)/);
  });
});

describe("createPathInfoServiceClient", () => {
  it("get() refuses an answer about another path", async () => {
    const memory = createObjectStorePathInfoService(createMemoryObjectStore());
    await using remote = await serve({ ...memory, get: async () => examplePathInfo("another") });
    const asked = examplePathInfo("asked").storePath;
    await expect(createPathInfoServiceClient(remote.channel).get(asked.digest)).rejects.toMatchObject({
      code: "data-loss",
      message: expect.stringContaining(asked.hashPart),
    });
  });

  it("names the daemon that can't be reached", async () => {
    const channel = openChannel({ name: "pathinfo-service", address: "http://127.0.0.1:1", unaryTimeoutMs: 300 });
    await using client = createPathInfoServiceClient(channel);
    await expect(client.get(new Uint8Array(20))).rejects.toMatchObject({
      message: expect.stringContaining("Cannot reach pathinfo-service at http://127.0.0.1:1"),
    });
  });
});

describe("bindPathInfoService", () => {
  it("answers under Tvix's name and Snix's alike", async () => {
    await using remote = await serve(createObjectStorePathInfoService(createMemoryObjectStore()));
    const pathInfo = examplePathInfo("both");
    await createClient(TvixPathInfoService, remote.channel).put(pathInfoToMessage(pathInfo));
    const byWhat = { case: "byOutputHash" as const, value: pathInfo.storePath.digest };
    const snix = createClient(SnixPathInfoService, remote.channel);
    expect((await snix.get({ byWhat })).narinfo?.narSize).toBe(128n);
  });

  it("Get answers NOT_FOUND for an unknown path and INVALID_ARGUMENT for no question", async () => {
    await using remote = await serve(createObjectStorePathInfoService(createMemoryObjectStore()));
    const client = createClient(TvixPathInfoService, remote.channel);
    const byWhat = { case: "byOutputHash" as const, value: new Uint8Array(20) };
    await expect(client.get({ byWhat })).rejects.toMatchObject({
      code: "not-found",
      message: expect.stringMatching(/0{32}/),
    });
    await expect(client.get({})).rejects.toMatchObject({ code: "invalid-argument" });
  });

  it("Put refuses a message that breaks a rule and stores nothing", async () => {
    await using remote = await serve(createObjectStorePathInfoService(createMemoryObjectStore()));
    const client = createClient(TvixPathInfoService, remote.channel);
    const message = pathInfoToMessage(examplePathInfo("wrong"));
    message.references.push(new Uint8Array(20));
    await expect(client.put(message)).rejects.toMatchObject({
      code: "invalid-argument",
      message: expect.stringMatching(/1 references, but 0/),
    });
    await expect(client.put(create(PathInfoSchema))).rejects.toMatchObject({ code: "invalid-argument" });
    expect(await Array.fromAsync(client.list({}))).toEqual([]);
  });

  it("CalculateNAR takes a node without a name", async () => {
    await using remote = await serve(createObjectStorePathInfoService(createMemoryObjectStore()));
    const service = createPathInfoServiceClient(remote.channel);
    const { node } = examplePathInfo("node");
    expect(await service.calculateNar(node)).toMatchObject({ narSizeBytes: 4n, narSha256: { length: 32 } });
  });
});
