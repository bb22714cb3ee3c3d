import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "tvix-modules-"));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What `tvix` loads of its sources for a command, in all threads. */
async function modulesOf(...words: readonly string[]): Promise<readonly string[]> {
  const testing = join(import.meta.dirname, "testing");
  const file = join(directory, "modules");
  const nodeWords = ["--import", join(testing, "note-modules.ts"), join(testing, "run-from-sources.ts")];
  const home = { HOME: directory, XDG_CACHE_HOME: directory, XDG_DATA_HOME: directory };
  const env = { PATH: process.env.PATH, ...home, MODULES_FILE: file };
  await promisify(execFile)(process.execPath, [...nodeWords, ...words], { cwd: directory, env });
  const modules = readFileSync(file, "utf8").split("\n");
  rmSync(file);
  return modules;
}

/** What is large, and needed only by who talks to services or opens a store: libraries, and descriptions of messages. */
const large = /node_modules\/(?:@bufbuild|@grpc|@opentelemetry|google-gax|pino|protobufjs|zod)\/|_pb\.js$/;

function unwanted(modules: readonly string[]): readonly string[] {
  return modules.filter((url) => large.test(url));
}

describe("tvix eval", () => {
  it("loads no gRPC, no protobuf and no configuration schema for what it doesn't store", async () => {
    const modules = await modulesOf("eval", "-E", "1");
    expect(modules).toContainEqual(expect.stringMatching(/\/evaluation-worker\.ts$/));
    expect(unwanted(modules)).toEqual([]);
  });

  it("loads all of these for what it stores", async () => {
    const found = unwanted(await modulesOf("eval", "-E", 'builtins.toFile "a" "b"'));
    for (const part of ["/@grpc/grpc-js/", "/@bufbuild/protobuf/", "/zod/", "/tvix/store/v1/pathinfo_pb.js"])
      expect(found).toContainEqual(expect.stringContaining(part));
  });
});
