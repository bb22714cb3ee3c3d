import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { B3Digest, createBlobServiceClient } from "@tvix-mesh/castore";
import { type ChannelOptions, openChannel } from "@tvix-mesh/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryBufCurl } from "./testing/buf-curl.ts";
import { type Certificates, makeCertificates } from "./testing/certificates.ts";
import { DaemonProcess } from "./testing/daemon-process.ts";
import { makeTemporaryDirectory, type TemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

let directory: TemporaryDirectory;
let certificates: Certificates;

beforeAll(async () => {
  directory = makeTemporaryDirectory("listening");
  certificates = await makeCertificates(directory.path);
});

afterAll(() => directory?.[Symbol.dispose]());

function startBlobService(...more: readonly string[]): DaemonProcess {
  const data = join(directory.path, "data");
  return new DaemonProcess({ name: "blob-service", arguments: ["--data", data, ...more] });
}

async function roundTrip(options: Omit<ChannelOptions, "name">): Promise<string> {
  using channel = openChannel({ name: "blob-service", ...options });
  const blobs = createBlobServiceClient(channel);
  await using writer = await blobs.openWrite();
  await writer.write(Buffer.from("hello"));
  const reader = await blobs.openRead(await writer.close());
  return Buffer.concat(await Array.fromAsync(reader?.read() ?? [])).toString();
}

describe("a daemon refuses to listen", () => {
  async function expectRefusal(daemon: DaemonProcess, message: string): Promise<void> {
    await expect(daemon.listening).rejects.toThrow("before it listened");
    expect(await daemon.exited).toEqual({ code: 1, signal: null });
    expect(daemon.log).toContain(message);
  }

  test.each(["0.0.0.0:0", "[::]:0"])("on %s without TLS, and names the flag", async (address) => {
    await using daemon = startBlobService("--listen", address);
    await expectRefusal(daemon, `Cannot listen on ${address}: other machines could connect without TLS`);
    expect(daemon.log).toContain("--insecure");
  });

  test.each([
    ["a field", { blobservices: { root: { type: "memory", capacty: 1 } } }, "blobservices.root.capacty: unknown field"],
    ["a type", { blobservices: { root: { type: "memry" } } }, 'blobservices.root.type: "memry"'],
    [
      "an unused instance",
      { blobservices: { root: { type: "memory" }, far: { type: "grpc", adress: "x" } } },
      "blobservices.far",
    ],
    ["a section", { blobservice: { root: { type: "memory" } } }, "blobservice: unknown field"],
  ])("with a typo in %s of its composition, and names its path", async (kind, composition, message) => {
    const file = join(directory.path, `${kind.replaceAll(" ", "-")}.json`);
    writeFileSync(file, JSON.stringify(composition));
    await using daemon = startBlobService("--listen", "127.0.0.1:0", "--composition", file);
    await expectRefusal(daemon, message);
  });

  test("with a certificate but no key, and names the flags", async () => {
    await using daemon = startBlobService("--listen", "127.0.0.1:0", "--tls-cert", certificates.server.certificate);
    await expectRefusal(daemon, "--tls-cert and --tls-key belong together");
  });

  test("on a port that is taken, and names it", async () => {
    await using first = startBlobService("--memory", "--listen", "127.0.0.1:0");
    const [address = ""] = await first.listening;
    await using second = startBlobService("--memory", "--listen", address);
    await expectRefusal(second, `Cannot listen on ${address}`);
  });
});

describe("a daemon listens", () => {
  test("on a unix socket, even if a killed one left it behind, and on TCP too", async () => {
    const socket = `unix://${join(directory.path, "sockets/blob.sock")}`;
    const listen = ["--memory", "--listen", socket, "127.0.0.1:0"];
    const killed = startBlobService(...listen);
    await killed.listening;
    killed.signal("SIGKILL");
    await killed.exited;
    await using daemon = startBlobService(...listen);
    const [, tcp] = await daemon.listening;
    expect(await roundTrip({ address: `grpc+${socket}` })).toBe("hello");
    expect(await roundTrip({ address: `http://${tcp}` })).toBe("hello");
  });

  test("with TLS, to those who trust its authority", async () => {
    const { certificate, key } = certificates.server;
    await using daemon = startBlobService(
      "--memory",
      "--listen",
      "127.0.0.1:0",
      "--tls-cert",
      certificate,
      "--tls-key",
      key,
    );
    const [host] = await daemon.listening;
    const address = `https://${host}`;
    expect(await roundTrip({ address, tlsCaFile: certificates.authority })).toBe("hello");
    await expect(roundTrip({ address })).rejects.toThrow(`Cannot reach blob-service at ${address}: `);
    await expect(roundTrip({ address: `http://${host}` })).rejects.toThrow("Cannot reach blob-service");
  });

  test("with TLS and client certificates, to those who show one", async () => {
    const { server, client, authority } = certificates;
    const tls = ["--tls-cert", server.certificate, "--tls-key", server.key, "--tls-client-ca", authority];
    await using daemon = startBlobService("--memory", "--listen", "127.0.0.1:0", ...tls);
    const [host] = await daemon.listening;
    const messages = [{ digest: Buffer.from(B3Digest.fromHex("ab".repeat(32)).toBytes()).toString("base64") }];
    const call = { address: `https://${host}`, method: "tvix.castore.v1.BlobService/Stat", messages };
    const trusting = ["--cacert", authority];
    const pair = ["--cert", client.certificate, "--key", client.key];
    expect((await tryBufCurl({ ...call, arguments: [...trusting, ...pair] })).stderr).toContain("not_found");
    const anonymous = await tryBufCurl({ ...call, arguments: trusting });
    expect(anonymous.exitCode).not.toBe(0);
    expect(anonymous.stderr).not.toContain("not_found");

    const address = `https://${host}`;
    const shown = { tlsCaFile: authority, tlsCertFile: client.certificate, tlsKeyFile: client.key };
    expect(await roundTrip({ address, ...shown })).toBe("hello");
    await expect(roundTrip({ address, tlsCaFile: authority })).rejects.toThrow("Cannot reach blob-service");

    const parameters = { tls_ca_file: authority, tls_cert_file: client.certificate, tls_key_file: client.key };
    const composition = join(directory.path, "client-certificate.json");
    writeFileSync(composition, JSON.stringify({ blobservices: { root: { type: "grpc", address, ...parameters } } }));
    await using second = startBlobService("--listen", "127.0.0.1:0", "--composition", composition);
    const [plain] = await second.listening;
    expect(await roundTrip({ address: `http://${plain}` })).toBe("hello");

    using tvix = new LonelyTvix();
    const health = (query: string) => tvix.run(["health", `grpc+${address}?${query}`]);
    expect(await health(`${new URLSearchParams(parameters)}`)).toMatchObject({ exitCode: 0, stdout: "SERVING\n" });
    expect(await health(`tls_ca_file=${authority}`)).toMatchObject({ exitCode: 1, stdout: "UNREACHABLE\n" });
  });
});
