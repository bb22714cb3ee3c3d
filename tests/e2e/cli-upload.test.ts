import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createBlobServiceClient, createDirectoryServiceClient, importTree, nodeToMessage } from "@tvix-mesh/castore";
import { createEvaluatorClient } from "@tvix-mesh/glue";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { CommandResult } from "../compose/run-command.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

const folder = makeTemporaryDirectory("upload");
const tvix = new LonelyTvix();
const project = join(folder.path, "project");
let mesh: Mesh;

function write(path: string, text: string): void {
  writeFileSync(join(folder.path, path), text);
}

beforeAll(async () => {
  for (const path of ["project/sub", "project/assets/deep", "shared", "library/lib", "empty"])
    mkdirSync(join(folder.path, path), { recursive: true });
  write(
    "project/default.nix",
    `{ name ? "thing" }:
    let
      settings = import ./sub/settings.nix;
      source = builtins.filterSource (path: type: baseNameOf path != "ignored") ./assets;
    in {
      inherit (settings) here data sibling;
      drv = derivation {
        inherit name source;
        inherit (settings) data;
        system = "x86_64-linux";
        builder = "/bin/sh";
        src = ./assets;
        self = ./.;
        args = [ ./sub/script.sh ];
      };
      renamed = builtins.path { path = ./assets; name = "renamed"; };
      text = toString ./.;
      copied = "\${./sub}";
      listing = builtins.readDir ./assets;
      library = (import <library/lib>).answer;
      missing = builtins.pathExists ./nothing;
      linked = import ./link.nix;
      optional = if builtins.pathExists ./nothing.nix then import ./nothing.nix else "none";
      dynamic = map (n: builtins.readFile (./assets + "/\${n}")) [ "a" "b" ];
      fails = settings.fails;
      absent = import ./nothing.nix;
      unseen = builtins.readFile "/etc/hostname";
    }`,
  );
  write(
    "project/sub/settings.nix",
    '{\n  here = ./.;\n  data = builtins.readFile ../assets/a;\n  sibling = import ../../shared/value.nix;\n  fails = 1 + "wrong";\n}\n',
  );
  write("project/sub/script.sh", "#!/bin/sh\n");
  chmodSync(join(project, "sub/script.sh"), 0o755);
  write("project/assets/a", "first");
  write("project/assets/b", "second");
  write("project/assets/ignored", "not seen");
  symlinkSync("../a", join(project, "assets/deep/link"));
  write("shared/value.nix", '"value of " + baseNameOf ./.');
  write("shared/linked.nix", "import ./value.nix");
  symlinkSync("../shared/linked.nix", join(project, "link.nix"));
  write("library/lib/default.nix", "{ answer = import ../answer.nix; }");
  write("library/answer.nix", "42");
  write("short.nix", "import shared/value.nix");
  mesh = await startMesh({ arguments: { evaluator: ["--allow-path", join(folder.path, "empty")] } });
});

afterAll(async () => {
  await mesh[Symbol.asyncDispose]();
  tvix[Symbol.dispose]();
  folder[Symbol.dispose]();
});

const buildProgram = `derivation {
  name = "built";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  src = ./assets/a;
  args = [ "-c" "read line < $src; echo $line > $out" ];
}`;

const search = ["-I", `library=${join(folder.path, "library")}`];

function locally(words: readonly string[]): Promise<CommandResult> {
  return tvix.run([...words, ...search], { cwd: folder.path });
}

/** The same command with an evaluator that can't see the files. */
function remotely(words: readonly string[]): Promise<CommandResult> {
  const { EVALUATOR_ADDR = "" } = mesh.clientEnvironment;
  return tvix.run([...words, ...search], { cwd: folder.path, environment: { EVALUATOR_ADDR } });
}

const attributes = [
  ...["drv.drvPath", "drv.outPath", "renamed", "text", "copied", "here", "data", "sibling", "linked", "library"],
  ...["missing", "optional", "listing", "dynamic"],
];

describe("with an evaluator that can't see the client's files", () => {
  test("values, store paths and derivations are those of a local evaluation", async () => {
    const words = ["eval", "project", "--strict", ...attributes.flatMap((attribute) => ["-A", attribute])];
    const here = await locally(words);
    expect(here).toMatchObject({ exitCode: 0, stderr: "" });
    expect(here.stdout.split("\n")).toHaveLength(attributes.length + 1);
    expect(await remotely(words)).toEqual(here);
  });

  test.each([
    ["-E", "./project/sub/settings.nix"],
    ["-E", 'builtins.readFile (./project/assets + "/a")'],
    ["-E", "{ x }: x", "--arg", "x", "builtins.readFile ./project/assets/b"],
    ["project/sub/settings.nix", "-A", "sibling"],
    ["<library/lib>", "-A", "answer"],
  ])("eval %s %s answers as locally", async (...words) => {
    const here = await locally(["eval", ...words]);
    expect(here).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await remotely(["eval", ...words])).toEqual(here);
  });

  test.each(["fails", "absent"])(
    "the error of %s is that of a local evaluation, with the client's file names",
    async (name) => {
      const words = ["eval", "project", "-A", name, "--show-trace"];
      const here = await locally(words);
      expect(here.exitCode).toBe(1);
      expect(await remotely(words)).toEqual(here);
    },
  );

  test.each(["warn", "fatal"])("a lint that is %s tells what a local one does", async (level) => {
    const words = ["eval", "-E", "import ./short.nix", "--lint-short-path-literals", level];
    const here = await locally(words);
    expect(here.stderr).toContain("relative path literal 'shared/value.nix'");
    expect(here.exitCode).toBe(level === "warn" ? 0 : 1);
    expect(await remotely(words)).toEqual(here);
  });

  test("an error names the file", async () => {
    const { stderr } = await remotely(["eval", "project", "-A", "fails"]);
    expect(stderr).toContain(`at ${join(project, "sub/settings.nix")}:5:`);
  });

  test("what no text names is not there, unless it is uploaded", async () => {
    const { exitCode, stderr } = await remotely(["eval", "project", "-A", "unseen"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("access to absolute path '/etc/hostname' is forbidden: it was not uploaded");
    expect(await remotely(["eval", "-A", "unseen", "--upload", "/etc/hostname", "project"])).toMatchObject({
      exitCode: 0,
    });
  });

  test("build builds what a local evaluation describes", async () => {
    write("project/build.nix", buildProgram);
    const here = await locally(["eval", "project/build.nix", "-A", "outPath", "--raw"]);
    const built = await remotely(["build", "project/build.nix", "-Q"]);
    expect(built).toMatchObject({ exitCode: 0, stdout: `${here.stdout}\n` });
  });

  test("--no-upload names files of the evaluator's machine", async () => {
    const { exitCode, stderr } = await remotely(["eval", "project", "-A", "text", "--no-upload"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("is forbidden in restricted mode");
  });
});

test("a digest gives the paths that the files gave, with the client's files deleted", async () => {
  const words = ["eval", "project", "-A", "drv.drvPath", "--raw"];
  const expected = (await locally(words)).stdout;
  const services = {
    blobs: createBlobServiceClient(mesh.channel("blob-service")),
    directories: createDirectoryServiceClient(mesh.channel("directory-service")),
  };
  const node = nodeToMessage(await importTree(folder.path, services));
  for (const name of ["project", "shared", "library"]) rmSync(join(folder.path, name), { recursive: true });
  const evaluator = createEvaluatorClient(mesh.channel("evaluator"));
  const expression = {
    source: { case: "file" as const, value: project },
    attributes: ["drv.drvPath"],
    searchPath: [{ prefix: "library", path: join(folder.path, "library") }],
    mounts: [{ path: folder.path, node }],
  };
  const raw = 3;
  const printed: string[] = [];
  for await (const { event } of evaluator.evaluate({ expression, format: raw }))
    if (event.case === "value") printed.push(Buffer.from(event.value.text).toString());
  expect(printed).toEqual([expected]);
});
