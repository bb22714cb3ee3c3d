import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type BigtableTable,
  bigtableConfig,
  Directory,
  type DirectoryService,
  directoryServiceKind,
  openBigtable,
} from "@tvix-mesh/castore";
import { createBigtableTable } from "@tvix-mesh/castore/bigtable/bigtable-table";
import { createGoogleAuthorization } from "@tvix-mesh/castore/google/google-authorization";
import { createBigtableObjectStore } from "@tvix-mesh/castore/object-store/bigtable";
import { describeObjectStore } from "@tvix-mesh/castore/object-store/conformance";
import { openChannel } from "@tvix-mesh/service";
import { pathInfoServiceKind } from "@tvix-mesh/store";
import { examplePathInfo } from "@tvix-mesh/store/conformance";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type Certificates, makeCertificates } from "../e2e/testing/certificates.ts";
import { describeTreeServices, openService } from "../remote-stores/describe-services.ts";
import { type BigtableEmulator, buildBigtableEmulator, startBigtableEmulator } from "./testing/bigtable-emulator.ts";
import { type BigtableGate, startBigtableGate } from "./testing/bigtable-gate.ts";
import { preparedUnlessOffline } from "./testing/prepared.ts";

const program = await preparedUnlessOffline("Bigtable's emulator", buildBigtableEmulator);
const tables = 80;
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const link = (target: string): Directory =>
  Directory.of([{ name: bytes("link"), node: { kind: "symlink", target: bytes(target) } }]);

describe.skipIf(program === undefined)("Bigtable", () => {
  let emulator: BigtableEmulator;
  let count = 0;

  beforeAll(async () => {
    emulator = await startBigtableEmulator(program as string);
    vi.stubEnv("BIGTABLE_EMULATOR_HOST", emulator.host);
    for (let table = 0; table <= tables; table += 1)
      await emulator.createTable("projects/tests/instances/mesh", `table-${table}`, "cf.1");
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await emulator?.[Symbol.asyncDispose]();
  });

  function table(isNew = true): string {
    if (isNew) count += 1;
    return `table-${count}`;
  }

  const url = (name = table(), more = ""): string =>
    `bigtable://mesh?project_id=tests&table_name=${name}&family_name=cf.1${more}`;
  const open = (name: string, more = {}): Promise<BigtableTable> =>
    openBigtable(
      bigtableConfig.parse({ host: "mesh", project_id: "tests", table_name: name, family_name: "cf.1", ...more }),
    );
  const openStore = async (name: string) => createBigtableObjectStore(await open(name));

  describeObjectStore(
    "Bigtable",
    () => openStore(table()),
    () => openStore(table(false)),
  );
  describeTreeServices("Bigtable", () => url());

  describe("tables as Tvix has them", () => {
    it("hold a directory in a row and a column that are named by its digest", async () => {
      const name = table();
      await using fixture = await openService(directoryServiceKind, url(name));
      await using rows = await open(name);
      const [ours, theirs] = [link("ours"), link("theirs")];
      await fixture.service.put(ours);
      expect(await rows.get(ours.digest.hex)).toEqual(ours.bytes);
      await rows.put(theirs.digest.hex, theirs.bytes);
      expect((await fixture.service.get(theirs.digest))?.entries).toEqual(theirs.entries);
    });

    it("hold a path info in a row that is named by its hash part in hexadecimal, one cell after any number of puts", async () => {
      const name = table();
      await using fixture = await openService(pathInfoServiceKind, url(name));
      await using rows = await open(name);
      const pathInfo = examplePathInfo("hello");
      for (let round = 0; round < 3; round += 1)
        await fixture.service.put({ ...pathInfo, narSizeBytes: BigInt(round) });
      const row = Buffer.from(pathInfo.storePath.digest).toString("hex");
      expect(await Array.fromAsync(rows.keys())).toEqual([row]);
      expect((await rows.get(row))?.length).toBeGreaterThan(0);
      expect((await fixture.service.get(pathInfo.storePath.digest))?.narSizeBytes).toBe(2n);
    });
  });

  it("reports a damaged directory, and takes it again", async () => {
    const name = table();
    await using fixture = await openService(directoryServiceKind, url(name));
    await using rows = await open(name);
    const directory = link("x");
    await rows.put(directory.digest.hex, link("other").bytes);
    await expect(fixture.service.get(directory.digest)).rejects.toMatchObject({ code: "data-loss" });
    expect(await fixture.service.get(directory.digest)).toBeUndefined();
    await fixture.service.put(directory);
    expect((await fixture.service.get(directory.digest))?.digest.hex).toBe(directory.digest.hex);
  });

  it("keeps a damaged path info from nobody's list but its own, and takes it again", async () => {
    const name = table();
    await using fixture = await openService(pathInfoServiceKind, url(name));
    await using rows = await open(name);
    const [intact, damaged] = [examplePathInfo("intact"), examplePathInfo("damaged")];
    await fixture.service.put(intact);
    await rows.put(Buffer.from(damaged.storePath.digest).toString("hex"), Uint8Array.of(1, 2, 3));
    await expect(fixture.service.get(damaged.storePath.digest)).rejects.toMatchObject({ code: "data-loss" });
    const names = async () => (await Array.fromAsync(fixture.service.list())).map((each) => each.storePath.name).sort();
    expect(await names()).toEqual(["intact"]);
    await fixture.service.put(damaged);
    expect(await names()).toEqual(["damaged", "intact"]);
  });

  it.each<[string, string, string, string]>([
    ["a table that isn't there", "table-none", "", "failed-precondition"],
    ["a server that is down", "table-1", "127.0.0.1:1", "deadline-exceeded"],
  ])("says what is wrong with %s", async (_what, name, host, code) => {
    if (host !== "") vi.stubEnv("BIGTABLE_EMULATOR_HOST", host);
    await using fixture = await openService(directoryServiceKind, url(name, "&timeout=1"));
    if (host !== "") vi.stubEnv("BIGTABLE_EMULATOR_HOST", emulator.host);
    const failure = { code, message: expect.stringContaining(`projects/tests/instances/mesh/tables/${name}`) };
    await expect(fixture.service.get(link("x").digest)).rejects.toMatchObject(failure);
    await expect(fixture.service.put(link("x"))).rejects.toMatchObject(failure);
  });

  describe("over TLS, where a token is asked for", () => {
    const token = "the-token";
    let directory: string;
    let certificates: Certificates;
    let gate: BigtableGate;
    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), "bigtable-gate-"));
      certificates = await makeCertificates(directory);
      gate = await startBigtableGate(emulator.host, certificates.server, token);
    });
    afterAll(async () => {
      await gate?.[Symbol.asyncDispose]();
      await rm(directory, { recursive: true, force: true });
    });

    function openThroughGate(name: string, authorization: () => Promise<string>): BigtableTable {
      const tableName = `projects/tests/instances/mesh/tables/${name}`;
      const metadata = async () => ({
        authorization: await authorization(),
        "x-goog-request-params": `table_name=${name}`,
      });
      const { address } = gate;
      return createBigtableTable({
        channels: [openChannel({ name: "Bigtable", address, tlsCaFile: certificates.authority, metadata })],
        ...{ tableName, familyName: "cf.1", appProfileId: "default", callTimeoutMs: 10_000 },
      });
    }

    it("shows the token, and says which table a call is for", async () => {
      const name = table();
      await using rows = await open(name);
      await rows.put("key", Uint8Array.of(1));
      await using guarded = openThroughGate(name, async () => `Bearer ${token}`);
      expect(await guarded.get("key")).toEqual(Uint8Array.of(1));
      expect(gate.routes).toEqual([`table_name=${name}`]);
    });

    it("says that a wrong token is refused", async () => {
      await using guarded = openThroughGate(table(), async () => "Bearer wrong");
      await expect(guarded.get("key")).rejects.toMatchObject({
        code: "unauthenticated",
        message: expect.stringContaining("invalid authentication credentials"),
      });
    });

    it("says why there is no token", async () => {
      const authorization = createGoogleAuthorization({ keyFile: "/nowhere.json", scope: "any" });
      await using guarded = openThroughGate(table(), authorization);
      await expect(guarded.get("key")).rejects.toMatchObject({
        code: "unauthenticated",
        message: expect.stringMatching(
          /^Cannot read row key in Bigtable's .*: Cannot sign in to Google with \/nowhere\.json/,
        ),
      });
    });
  });

  it("writes nothing where it is to read only", async () => {
    await using fixture = await openService<DirectoryService>(directoryServiceKind, url(table(), "&is_read_only=true"));
    expect(await fixture.service.get(link("x").digest)).toBeUndefined();
    await expect(fixture.service.put(link("x"))).rejects.toMatchObject({ code: "permission-denied" });
  });

  it("refuses a row that Bigtable would refuse", async () => {
    await using rows = await open(table());
    const refused = { code: "resource-exhausted", message: expect.stringContaining("10485761 bytes") };
    await expect(rows.put("large", new Uint8Array(10_485_761))).rejects.toMatchObject(refused);
  });
});
