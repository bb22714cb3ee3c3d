import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { create, toBinary } from "@bufbuild/protobuf";
import { hashB3 } from "@tvix-mesh/castore";
import { StorePath } from "@tvix-mesh/nix-compat";
import { type Directory, DirectorySchema } from "@tvix-mesh/proto/tvix/castore/v1/castore";
import { DirectoryService } from "@tvix-mesh/proto/tvix/castore/v1/rpc_directory";
import { PathInfoService } from "@tvix-mesh/proto/tvix/store/v1/rpc_pathinfo";
import { createClient } from "@tvix-mesh/service";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { Nix } from "./testing/nix.ts";
import { createPythonClient, type PythonClient } from "./testing/python-client.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";

interface Status {
  readonly code: string;
  readonly details: string;
}

let mesh: Mesh;
let python: PythonClient;

beforeAll(async () => {
  mesh = await startMesh({ daemons: ["blob-service", "directory-service", "pathinfo-service", "build-service"] });
  python = await createPythonClient(mesh);
});

afterAll(async () => {
  python?.[Symbol.dispose]();
  await mesh?.[Symbol.asyncDispose]();
});

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");
const encode = (directory: Directory) => toBinary(DirectorySchema, directory);
const contentDigest = new Uint8Array(32).fill(7);

describe("From Python", () => {
  test.each([
    ["empty", "", 1],
    ["small", "00ff", 1],
    ["of many chunks", "0102030405060708", 400_000],
  ])("Put, Stat and Read of a blob that is %s", async (_kind, contents, times) => {
    const answer = await python.run<{
      digest: string;
      chunk_sizes: number[];
      contents_match: boolean;
      chunks_match: boolean;
    }>("blob_round_trip", { contents, times });
    const expected = Buffer.from(contents.repeat(times), "hex");
    expect(answer.digest).toBe(hashB3(expected).hex);
    expect(answer.contents_match).toBe(true);
    const total = answer.chunk_sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBe(expected.length > 1_000_000 ? expected.length : 0);
    expect(answer.chunks_match).toBe(total === expected.length);
  });

  test("Put of a directory's closure, Get of it alone and of all below it", async () => {
    expect(await python.run("directory_round_trip")).toEqual({ single_matches: true, closure_matches: true });
  });

  test("Put, Get and List of a path info", async () => {
    const storePath = StorePath.parse("vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo");
    const reference = StorePath.parse("5xd714cbfnkz02h2vbsj4fm03x3f15nf-baz");
    const answer = await python.run("path_info_round_trip", {
      name: storePath.baseName,
      digest: hex(storePath.digest),
      references: [hex(reference.digest)],
      reference_names: [reference.baseName],
    });
    expect(answer).toEqual({ put_answers_it: true, get_answers_it: true, listed: 1 });
  });

  test("CalculateNAR answers what nix-store --dump has", async () => {
    using directory = makeTemporaryDirectory("tree");
    using nix = new Nix();
    const tree = join(directory.path, "tree");
    mkdirSync(join(tree, "deep/empty"), { recursive: true });
    writeFileSync(join(tree, "deep/program"), "#!/bin/sh\n");
    chmodSync(join(tree, "deep/program"), 0o755);
    writeFileSync(join(tree, "large"), Buffer.alloc(3_000_000, "0123456789"));
    writeFileSync(join(tree, "none"), "");
    symlinkSync("../nowhere", join(tree, "deep/link"));
    const [sum, size] = await Promise.all([
      nix.require("/bin/sh", "-c", 'nix-store --dump "$0" | sha256sum', tree),
      nix.require("/bin/sh", "-c", 'nix-store --dump "$0" | wc -c', tree),
    ]);
    const answer = await python.run("calculate_nar", { path: tree });
    expect(answer).toEqual({ nar_sha256: sum.split(" ")[0], nar_size: Number(size) });
  });

  test("DoBuild runs a build in the sandbox", async () => {
    expect(await python.run("do_build")).toEqual({
      request_is_answered: true,
      names: ["output"],
      contents: "an input, a variable, needle-two\n",
      needles: [[1]],
    });
  });
});

describe("Bad input from Python", () => {
  test("an unknown digest is NOT_FOUND and named", async () => {
    const digest = "ab".repeat(32);
    const answers = await python.run<Record<string, Status>>("unknown_values", { digest });
    for (const [call, status] of Object.entries(answers)) {
      expect({ call, code: status.code }).toEqual({ call, code: "NOT_FOUND" });
      expect(status.details).toContain(call === "path_info_get" ? "mfmspaxbmfmspaxbmfmspaxbmfmspaxb" : digest);
    }
  });

  test("a short digest is INVALID_ARGUMENT and named", async () => {
    const answers = await python.run<Record<string, Status>>("short_values", { digest: "c0ffee" });
    for (const [call, status] of Object.entries(answers)) {
      expect({ call, code: status.code }).toEqual({ call, code: "INVALID_ARGUMENT" });
      expect(status.details).toContain("c0ffee");
    }
  });

  async function expectRefused(directories: readonly Directory[], value: string): Promise<void> {
    const status = await python.run<Status>("refused_directories", {
      directories: directories.map((directory) => hex(encode(directory))),
    });
    expect(status.code).toBe("INVALID_ARGUMENT");
    expect(status.details).toContain(value);
    const client = createClient(DirectoryService, mesh.channel("directory-service"));
    for (const directory of directories) {
      const digest = hashB3(encode(directory)).toBytes();
      const get = client.get({ byWhat: { case: "digest", value: digest } });
      await expect(Array.fromAsync(get)).rejects.toMatchObject({ code: "not-found" });
    }
  }

  test("an unsorted directory is INVALID_ARGUMENT, named, and not stored", async () => {
    const file = (name: string) => ({ name: Buffer.from(name), digest: contentDigest, size: 1n });
    await expectRefused([create(DirectorySchema, { files: [file("zebra"), file("aardvark")] })], "aardvark");
  });

  test("a directory stream that refers forward is INVALID_ARGUMENT, named, and nothing of it is stored", async () => {
    const file = { name: Buffer.from("comes-later"), digest: contentDigest, size: 1n };
    const child = create(DirectorySchema, { files: [file] });
    const digest = hashB3(encode(child));
    const node = { name: Buffer.from("child"), digest: digest.toBytes(), size: 1n };
    await expectRefused([create(DirectorySchema, { directories: [node] }), child], digest.hex);
  });

  test.each([
    ["differ in number", ["5xd714cbfnkz02h2vbsj4fm03x3f15nf-baz", "vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo"], "2"],
    ["differ in digest", ["vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo"], "vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo"],
  ])("a path info whose references %s is INVALID_ARGUMENT, named, and not stored", async (_kind, names, value) => {
    const storePath = StorePath.parse("0c6kzph7l0dcbfmjap64f0czdafn3b7x-refused");
    const status = await python.run<Status>("refused_path_info", {
      name: storePath.baseName,
      references: [hex(StorePath.parse("5xd714cbfnkz02h2vbsj4fm03x3f15nf-baz").digest)],
      reference_names: names,
    });
    expect(status.code).toBe("INVALID_ARGUMENT");
    expect(status.details).toContain(value);
    const client = createClient(PathInfoService, mesh.channel("pathinfo-service"));
    const get = client.get({ byWhat: { case: "byOutputHash", value: storePath.digest } });
    await expect(get).rejects.toMatchObject({ code: "not-found" });
  });

  test("a build request with .. in a path is INVALID_ARGUMENT and names field and path", async () => {
    const { failing_builder, ...answers } = await python.run<Record<string, Status>>("refused_builds");
    const values: Record<string, string> = {
      outputs: "nix/store/../escape",
      working_dir: "../up",
      scratch_paths: '".."',
      inputs_dir: "nix/..",
      additional_files: "build/../../etc/x",
    };
    for (const [field, status] of Object.entries(answers)) {
      expect({ field, code: status.code }).toEqual({ field, code: "INVALID_ARGUMENT" });
      expect(status.details).toContain(field);
      expect(status.details).toContain(values[field]);
    }
    expect(failing_builder?.code).toBe("FAILED_PRECONDITION");
    expect(failing_builder?.details).toMatch(/code 3[\s\S]*the last line/);
  });
});
