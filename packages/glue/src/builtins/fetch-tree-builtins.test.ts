import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listStorePath } from "../fetchers/testing/list-store-path.ts";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";

let evaluator: TestEvaluator;
let rev: string;

const repositoryScript = `
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2020-01-02T03:04:05Z' GIT_COMMITTER_DATE='2020-01-02T03:04:05Z' HOME=$PWD
git init -q -b master repository && cd repository
printf 'one\\n$Format:%%H$\\n' > file && echo ignored > ignored && mkdir tests && echo t > tests/t && ln -s file link
printf 'ignored export-ignore\\ntests/ export-ignore\\nfile export-subst\\n*.txt text eol=crlf\\n' > .gitattributes
echo text > a.txt && git add . && git commit -qm one && git commit -q --allow-empty -m two
cd .. && git clone -q --bare repository bare.git && cp -r repository dirty && cd dirty
echo more > more && git add more && echo untracked > untracked
`;

beforeAll(async () => {
  evaluator = await openTestEvaluator({ experimentalFeatures: ["fetch-tree"] });
  const { folder } = evaluator;
  execFileSync("sh", ["-ec", repositoryScript], { cwd: folder });
  rev = execFileSync("git", ["rev-parse", "HEAD"], { cwd: join(folder, "repository"), encoding: "utf8" }).trim();
});

afterAll(async () => await evaluator[Symbol.asyncDispose]());

/** The folder of the test stands for `@`. */
const at = (source: string) => source.replaceAll("@", evaluator.folder);
const evaluate = (source: string) => evaluator.evaluate(at(source));
const list = async (source: string) =>
  (await listStorePath(evaluator.services, (await evaluate(`(${source}).outPath`)) as string)).join("\n");
/** What a call answers beside its path. */
const facts = async (source: string) => (await evaluate(`removeAttrs (${source}) [ "outPath" ]`)) as object;

const sources = ["@/repository", "file://@/bare.git"];

describe("export-ignore", () => {
  test.each(sources)("holds for fetchGit unless it is told otherwise: %s", async (url) => {
    const byDefault = await list(`builtins.fetchGit "${url}"`);
    expect(byDefault).not.toMatch(/ignored "|tests/);
    expect(await list(`builtins.fetchGit { url = "${url}"; exportIgnore = true; }`)).toBe(byDefault);
    const whole = await list(`builtins.fetchGit { url = "${url}"; exportIgnore = false; lfs = false; }`);
    expect(whole).toMatch(/ignored "ignored\\n"(.|\n)*tests\/t "t\\n"/);
  });

  test.each(sources)("holds for fetchTree only on request: %s", async (url) => {
    const tree = (more: string) => `builtins.fetchTree { type = "git"; url = "${url}"; ${more} }`;
    expect(await list(tree(""))).toMatch(/ignored "(.|\n)*tests\/t "/);
    expect(await list(tree("exportIgnore = true;"))).not.toMatch(/ignored "|tests/);
  });

  test("is no other tree by its name: both stay apart in what is known", async () => {
    const tree = (value: boolean) =>
      `builtins.fetchGit { url = "@/repository"; rev = "${rev}"; exportIgnore = ${value}; }`;
    for (const value of [true, false, true, false]) expect((await list(tree(value))).includes("tests")).toBe(!value);
  });

  test("holds for the files of a work tree with changes, too", async () => {
    const changed = await list("builtins.fetchGit @/dirty");
    expect(changed).toContain('more "more\\n"');
    expect(changed).not.toMatch(/ignored "|tests|untracked/);
    const whole = await list("builtins.fetchGit { url = @/dirty; exportIgnore = false; }");
    expect(whole).toMatch(/ignored "(.|\n)*tests\/t "/);
    expect(whole).not.toContain("untracked");
  });

  test("can't be asked for together with submodules", async () => {
    await expect(evaluate("fetchGit { url = @/repository; exportIgnore = true; submodules = true; }")).rejects.toThrow(
      /cannot fetch input '.*\/repository.*': attributes 'exportIgnore' and 'submodules' can't be true together/,
    );
  });
});

test.each(sources)("without export-ignore each file has the bytes of the commit: %s", async (url) => {
  const whole = await list(`builtins.fetchTree { type = "git"; url = "${url}"; }`);
  expect(whole).toContain('a.txt "text\\n"');
  expect(whole).toContain('file "one\\n$Format:%H$\\n"');
  expect(whole).toContain("link -> file");
});

test("lfs = true is refused by its name", async () => {
  await expect(evaluate("fetchGit { url = @/repository; lfs = true; }")).rejects.toThrow(
    /cannot fetch input '.*\/repository.*': attribute 'lfs' is true, but files of Git LFS can't be fetched/,
  );
  await expect(evaluate("fetchGit { url = @/repository; lfs = 1; }")).rejects.toThrow("'lfs' is not a Boolean");
});

describe("the history", () => {
  test.each(["file://@/repository", "file://@/bare.git"])("is counted by fetchTree on request: %s", async (url) => {
    const tree = (more: string) => `builtins.fetchTree { type = "git"; url = "${url}"; ${more} }`;
    expect(await facts(tree(""))).not.toHaveProperty("revCount");
    expect(await facts(tree("shallow = false;"))).toMatchObject({ rev, revCount: 2 });
    expect(await facts(`builtins.fetchTree "git+${url}"`)).toMatchObject({ rev, revCount: 2 });
    expect(await facts(`builtins.fetchGit "${url}"`)).toMatchObject({ rev, revCount: 2 });
  });

  test("is believed to be what the caller says of a revision", async () => {
    const said = "lastModified = 5; revCount = 7;";
    const lastModifiedDate = "19700101000005";
    for (const url of sources)
      for (const rest of [`rev = "${rev}"`, 'ref = "master"'])
        expect(await facts(`builtins.fetchGit { url = "${url}"; ${rest}; ${said} }`)).toMatchObject({
          rev,
          revCount: 7,
          lastModified: 5,
          lastModifiedDate,
        });
    expect(await facts(`builtins.fetchTree { type = "path"; path = @/repository; ${said} }`)).toMatchObject({
      revCount: 7,
      lastModified: 5,
    });
  });

  test("of a work tree is what git says, whatever the caller says", async () => {
    const known = await facts("builtins.fetchGit @/repository");
    expect(await facts("builtins.fetchGit { url = @/repository; lastModified = 5; revCount = 7; }")).toEqual(known);
  });
});

test("a work tree with changes tells what it is based on", async () => {
  const dirty = { dirtyRev: `${rev}-dirty`, dirtyShortRev: `${rev.slice(0, 7)}-dirty` };
  expect(await facts("builtins.fetchGit @/dirty")).toMatchObject({ ...dirty, rev: "0".repeat(40), revCount: 0 });
  const tree = await facts('builtins.fetchTree { type = "git"; url = "file://@/dirty"; }');
  expect(tree).toMatchObject(dirty);
  expect(tree).not.toHaveProperty("rev");
  expect(await facts("builtins.fetchGit @/repository")).not.toHaveProperty("dirtyRev");
});

test.each(["github", "gitlab", "sourcehut", "hg", "indirect", "nothing"])(
  "type %s is refused by its name",
  async (type) => {
    const source = `builtins.fetchTree { type = "${type}"; id = "a"; owner = "a"; repo = "b"; url = "https://localhost/x"; }`;
    await expect(evaluate(source)).rejects.toThrow(
      new RegExp(`cannot fetch unsupported input .*: type '${type}' is not fetched, only git, tarball, file, path`),
    );
  },
);
