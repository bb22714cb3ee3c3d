import { hashB3 } from "@tvix-mesh/castore";
import { Health, HealthCheckResponse_ServingStatus } from "@tvix-mesh/proto/grpc/health/v1/health";
import { createClient } from "@tvix-mesh/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bufCurl, bufList, tryBufCurl } from "./testing/buf-curl.ts";
import type { DaemonName } from "./testing/daemon-process.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";

let mesh: Mesh;

beforeAll(async () => {
  mesh = await startMesh();
});

afterAll(() => mesh?.[Symbol.asyncDispose]());

const services: readonly (readonly [DaemonName, readonly string[]])[] = [
  ["blob-service", ["tvix.castore.v1.BlobService", "snix.castore.v1.BlobService"]],
  ["directory-service", ["tvix.castore.v1.DirectoryService", "snix.castore.v1.DirectoryService"]],
  ["pathinfo-service", ["tvix.store.v1.PathInfoService", "snix.store.v1.PathInfoService"]],
  ["build-service", ["tvix.build.v1.BuildService", "snix.build.v1.BuildService", "mesh.build.v1.BuildService"]],
  ["evaluator", ["mesh.eval.v1.EvaluatorService"]],
];

describe.each(services)("%s", (daemon, names) => {
  test("tells its services by reflection", async () => {
    expect(await bufList(mesh.address(daemon), "services")).toEqual(expect.arrayContaining([...names]));
  });

  test.each(["", ...names])("says that '%s' is SERVING", async (service) => {
    const health = createClient(Health, mesh.channel(daemon));
    expect(await health.check({ service })).toMatchObject({ status: HealthCheckResponse_ServingStatus.SERVING });
  });
});

test("reflection lists the methods of a service", async () => {
  const methods = await bufList(mesh.address("blob-service"), "methods");
  for (const name of ["tvix", "snix"])
    for (const method of ["Stat", "Read", "Put"]) expect(methods).toContain(`${name}.castore.v1.BlobService/${method}`);
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");

test.each(["tvix", "snix"])("buf curl puts, stats and reads a blob by reflection as %s.castore.v1", async (name) => {
  const address = mesh.address("blob-service");
  const service = `${name}.castore.v1.BlobService`;
  const contents = Buffer.from(`from ${name}`);
  const digest = base64(hashB3(contents).toBytes());
  const pieces = [{ data: base64(contents.subarray(0, 4)) }, { data: base64(contents.subarray(4)) }];
  expect(await bufCurl({ address, method: `${service}/Put`, messages: pieces })).toEqual([{ digest }]);
  expect(await bufCurl({ address, method: `${service}/Stat`, messages: [{ digest }] })).toEqual([{}]);
  const read = await bufCurl<{ data: string }>({ address, method: `${service}/Read`, messages: [{ digest }] });
  expect(read.map(({ data }) => Buffer.from(data, "base64").toString()).join("")).toBe(`from ${name}`);
});

test.each(["tvix", "snix"])("buf curl builds by reflection as %s.build.v1", async (name) => {
  const message = {
    command_args: ["/bin/sh", "-c", "echo built > /out"],
    outputs: ["out"],
    constraints: { system: process.arch === "arm64" ? "aarch64-linux" : "x86_64-linux", provide_bin_sh: true },
  };
  const method = `${name}.build.v1.BuildService/DoBuild`;
  const [answer] = await bufCurl<object>({ address: mesh.address("build-service"), method, messages: [message] });
  const output = {
    file: { digest: base64(hashB3(Buffer.from("built\n")).toBytes()), name: base64(Buffer.from("out")), size: "6" },
  };
  if (name === "tvix") expect(answer).toMatchObject({ outputs: [output] });
  else expect(answer).toEqual({ outputs: [{ output }] });
});

test("buf curl evaluates by reflection", async () => {
  const message = { expression: { text: base64(Buffer.from("1 + 2")) } };
  const method = "mesh.eval.v1.EvaluatorService/Evaluate";
  const events = await bufCurl({ address: mesh.address("evaluator"), method, messages: [message] });
  expect(events).toEqual([{ event: { value: { text: base64(Buffer.from("3\n")) } } }]);
});

test("buf curl asks for the health", async () => {
  const call = { address: mesh.address("blob-service"), method: "grpc.health.v1.Health/Check" };
  expect(await bufCurl(call)).toEqual([{ status: "SERVING" }]);
});

test("buf curl shows status and message of a refused call", async () => {
  const method = "tvix.castore.v1.BlobService/Stat";
  const messages = [{ digest: base64(Buffer.from("c0ffee", "hex")) }];
  const { exitCode, stderr } = await tryBufCurl({ address: mesh.address("blob-service"), method, messages });
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("invalid_argument");
  expect(stderr).toContain("c0ffee");
});
