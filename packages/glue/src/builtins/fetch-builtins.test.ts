import { execFileSync } from "node:child_process";
import { createReadStream, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestServer, type TestServer } from "../fetchers/testing/http-server.ts";
import { listStorePath } from "../fetchers/testing/list-store-path.ts";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";
import { createRealNix, hasNix, type RealNix } from "../fetchers/testing/real-nix.ts";

let evaluator: TestEvaluator;
let nix: RealNix;
let server: TestServer;
let folder: string;

/** A repository with most of what trees can hold, and a history. */
const repositoryScript = `
set -e
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b
export GIT_AUTHOR_DATE='2020-01-02T03:04:05Z' GIT_COMMITTER_DATE='2020-01-02T03:04:05Z' HOME=$PWD
git init -q -b master module && cd module && echo module > in-module && git add . && git commit -qm module && cd ..
git init -q -b master repository && cd repository
echo one > file && mkdir sub && echo run > sub/run && chmod 755 sub/run && ln -s ../file sub/link
echo ignored > ignored && echo 'ignored export-ignore' > .gitattributes
git add . && git commit -qm one && git tag -a v1 -m v1
git checkout -qb side && echo side > side && git add . && git commit -qm side && git checkout -q master
echo two > file && git commit -qam two
cd .. && git clone -q --bare repository bare.git
git init -q -b master plain && cd plain && echo a > a && git add a && git commit -qm a && git checkout -qb side && echo b > b
git add b && git commit -qm b && git checkout -q master && cd .. && git clone -q --bare plain bare-plain.git
git init -q -b master dirty && cd dirty && echo tracked > tracked && mkdir d && echo x > d/x && git add . && git commit -qm one
echo changed > tracked && echo untracked > untracked && echo staged > d/staged && git add d/staged
cd .. && git init -q -b master unborn && cd unborn && echo a > a && git add a
cd .. && git init -q -b master outer && cd outer && git -c protocol.file.allow=always submodule --quiet add $PWD/../module module
git commit -qm module
cd .. && git clone -q --depth 1 file://$PWD/repository shallow
`;

beforeAll(async () => {
  evaluator = await openTestEvaluator({ experimentalFeatures: ["fetch-tree", "dynamic-derivations"] });
  nix = createRealNix();
  server = await startTestServer();
  folder = evaluator.folder;
  execFileSync("sh", ["-c", repositoryScript], { cwd: folder });
  execFileSync(
    "sh",
    [
      "-c",
      "mkdir -p tree/top/d && cd tree && echo hello > top/file && ln -s file top/link && echo '{ x = import ./other.nix; source = ./d; }' > top/default.nix && echo 7 > top/other.nix && echo in > top/d/in && chmod 755 top/file && touch -d @1600000000 top/* top/d top && tar czf ../tree.tar.gz top && tar cf ../two.tar top -C top file",
    ],
    { cwd: folder },
  );
  // Submodules from this machine are refused by default, by git itself.
  process.env.GIT_ALLOW_PROTOCOL = "file:git:http:https:ssh";
});

afterAll(async () => {
  delete process.env.GIT_ALLOW_PROTOCOL;
  await evaluator[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(nix.folder, { recursive: true, force: true });
});

/** The folder of the test stands for `@`. */
const at = (source: string) => source.replaceAll("@", folder);
const evaluate = (source: string) => evaluator.evaluate(at(source));
const failing = (source: string) => expect(evaluate(source)).rejects;

describe.skipIf(!hasNix)("answers as Nix 2.8 does", () => {
  test.each([
    'builtins.fetchurl "file://@/tree/top/file"',
    'builtins.fetchurl { url = "file://@/tree/top/file"; name = "other"; }',
    'builtins.fetchTarball "file://@/tree.tar.gz"',
    'builtins.fetchTarball { url = "file://@/tree.tar.gz"; name = "other"; }',
    '(import (fetchTarball "file://@/tree.tar.gz")).x',
    "builtins.fetchGit @/repository",
    'builtins.fetchGit "@/repository"',
    'builtins.fetchGit "file://@/repository"',
    'removeAttrs (builtins.fetchGit @/dirty) [ "dirtyRev" "dirtyShortRev" ]',
    "builtins.fetchGit @/unborn",
    'builtins.fetchTree "git+file://@/bare-plain.git"',
    'builtins.fetchTree "git+file://@/plain?ref=side"',
    'builtins.fetchTree { type = "git"; url = "file://@/plain"; shallow = false; }',
    'builtins.fetchGit { url = "@/repository"; ref = "side"; }',
    'builtins.fetchGit { url = "@/repository"; ref = "refs/tags/v1"; }',
    'builtins.fetchGit { url = "@/repository"; ref = "HEAD"; name = "other"; }',
    "builtins.fetchGit { url = @/repository; rev = (builtins.fetchGit @/repository).rev; }",
    'builtins.fetchGit { url = "file://@/bare.git"; }',
    'builtins.fetchGit { url = "file://@/bare.git"; ref = "side"; }',
    'builtins.fetchGit { url = "file://@/bare.git"; ref = "refs/tags/v1"; }',
    'builtins.fetchGit { url = "file://@/bare.git"; rev = (builtins.fetchGit { url = @/repository; ref = "side"; }).rev; ref = "side"; }',
    'builtins.fetchGit { url = "file://@/bare.git"; rev = (builtins.fetchGit { url = @/repository; ref = "side"; }).rev; allRefs = true; }',
    "builtins.fetchGit { url = @/outer; }",
    "builtins.fetchGit { url = @/outer; submodules = true; }",
    "builtins.fetchGit { url = @/shallow; shallow = true; }",
    'builtins.fetchTree "file://@/tree.tar.gz"',
    'builtins.fetchTree { type = "tarball"; url = "file://@/tree.tar.gz"; }',
    'let t = builtins.fetchTree "file://@/tree.tar.gz"; in builtins.fetchTree { type = "tarball"; url = "file://@/gone.tar"; inherit (t) narHash; }',
    'builtins.fetchTree { type = "path"; path = "@/tree/top"; }',
    'builtins.fetchTree { type = "path"; path = "@/tree/top"; rev = "0123456789012345678901234567890123456789"; revCount = 5; }',
  ])("%s", async (source) => {
    // As JSON a set with an outPath would be that path alone.
    const shown = at(
      `let it = ${source}; in if builtins.isAttrs it then removeAttrs it [ "outPath" ] // { path = it.outPath; } else it`,
    );
    expect(await evaluator.evaluate(shown)).toEqual(await nix.evaluate(shown));
  });
});

describe("what is fetched", () => {
  test("can be imported, and paths below it copied, with a filter and without", async () => {
    const fetched = 'builtins.fetchTarball "file://@/tree.tar.gz"';
    const keepIn = '(path: type: baseNameOf path == "d" || type == "regular" && baseNameOf path == "in")';
    const expression = (tree: string) =>
      at(
        `let t = ${tree}; in map (x: "\${x}") [ (import t).source (builtins.path { path = "\${t}/d"; name = "n"; }) ` +
          `(builtins.filterSource ${keepIn} t) (builtins.path { path = "\${t}/file"; recursive = false; }) ]`,
      );
    const fromServices = await evaluator.evaluate(expression(fetched));
    expect(fromServices).toEqual(
      await evaluator
        .evaluate(expression("@/tree/top").replaceAll("filterSource", "filterSource"))
        .then((paths) => [...(paths as string[]).slice(0, 2), (fromServices as string[])[2], (paths as string[])[3]]),
    );
    const listing = await listStorePath(evaluator.services, (fromServices as string[])[2] ?? "");
    expect(listing).toEqual(["/", "d/", 'd/in "in\\n"']);
  });

  test("is not fetched when it is known, though its place is gone", async () => {
    server.answer("/once.tar.gz", (_, response) => createReadStream(join(folder, "tree.tar.gz")).pipe(response));
    const url = `${server.url}/once.tar.gz`;
    const { path, narHash } = (await evaluate(
      `let t = builtins.fetchTree "${url}"; in { path = t.outPath; inherit (t) narHash; }`,
    )) as Record<string, string>;
    server.answer("/once.tar.gz", (_, response) => response.writeHead(404).end());
    expect(await evaluate(`fetchTarball { url = "${url}"; sha256 = "${narHash}"; }`)).toBe(path);
  });

  test("is a build input like any other", async () => {
    const source = at(
      'derivation { name = "x"; system = builtins.currentSystem; builder = "/bin/sh"; args = [ "-c" "read -r line < ${builtins.fetchTarball "file://@/tree.tar.gz"}/file; echo $line > $out" ]; }',
    );
    const [path = ""] = await evaluator.build(source);
    expect(await listStorePath(evaluator.services, path)).toEqual([' "hello\\n"']);
  });
});

describe("refuses", () => {
  test.each([
    ["builtins.fetchurl {}", "'url' argument required"],
    ['builtins.fetchurl { url = "x"; foo = 1; }', "unsupported argument 'foo' to 'fetchurl'"],
    ["builtins.fetchurl 1", "value is an integer while a string was expected"],
    ['builtins.fetchurl "file:///nonexistent"', "unable to download 'file:///nonexistent'"],
    ['builtins.tryEval (builtins.fetchurl "file:///nonexistent")', "unable to download"],
    ['builtins.fetchurl { url = "file:///etc/passwd"; name = "a b"; }', "illegal character"],
    ['builtins.fetchTarball "file://@/tree/top/file"', "cannot be unpacked"],
    ['builtins.fetchTarball "file://@/two.tar"', "contains an unexpected number of top-level files"],
    [`builtins.fetchTarball { url = "file://@/tree.tar.gz"; sha256 = ""; }`, "hash mismatch in file downloaded from"],
    ['builtins.fetchGit "/nonexistent"', "git fetch"],
    ["builtins.fetchGit {}", "input attribute 'url' is missing"],
    ["builtins.fetchGit { url = 1; }", "input attribute 'url' is not a string"],
    [
      "builtins.fetchGit { url = []; }",
      "fetchTree argument 'url' is a list while a string, Boolean or integer is expected",
    ],
    ["builtins.fetchGit { url = @/repository; foo = 1; }", "input attribute 'foo' not supported by scheme 'git'"],
    ['builtins.fetchGit { url = @/repository; type = "git"; }', "unexpected attribute 'type'"],
    ['builtins.fetchGit { url = @/repository; ref = "a..b"; }', "invalid Git branch/tag name 'a..b'"],
    ['builtins.fetchGit { url = @/repository; ref = "--upload-pack=x"; }', "invalid Git branch/tag name"],
    ['builtins.fetchGit { url = @/repository; rev = "xx"; }', "xx"],
    [`builtins.fetchGit { url = "file://@/bare.git"; rev = "${"1".repeat(40)}"; }`, "Cannot find Git revision '1111"],
    ["builtins.fetchGit @/shallow", "is a shallow Git repository, but a non-shallow repository is needed"],
    ["builtins.fetchTree {}", "attribute 'type' is missing in call to 'fetchTree'"],
    ['builtins.fetchTree "gopher://x"', "input 'gopher://x' is unsupported"],
    ['builtins.fetchTree { type = "github"; owner = "a"; repo = "b"; }', "cannot fetch unsupported input"],
    ['builtins.fetchTree { type = "path"; path = "rel"; }', "because it uses a relative path"],
    [
      'builtins.fetchTree { type = "tarball"; url = "file://@/tree.tar.gz"; name = "x"; }',
      "attribute 'name' isn't supported in call to 'fetchTree'",
    ],
    [
      'builtins.fetchTree { type = "tarball"; url = "file://@/tree.tar.gz"; narHash = "sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; }',
      "NAR hash mismatch in input",
    ],
    ['builtins.fetchMercurial "https://example.org"', "'fetchMercurial' is not supported"],
  ])("%s", async (source, message) => {
    await failing(source).toThrow(new RegExp(message.replace(/[().?+[\]]/g, "\\$&")));
  });

  test("calls of fetchTree unless a feature has it, which a program can ask", async () => {
    await using plain = await openTestEvaluator();
    expect(await plain.evaluate("[ (builtins ? fetchTree) (builtins ? outputOf) ]")).toEqual([false, false]);
    await expect(plain.evaluate("builtins.fetchTree {}")).rejects.toThrow("attribute 'fetchTree' missing");
    await expect(plain.evaluate("fetchTree {}")).rejects.toThrow("undefined variable 'fetchTree'");
    expect(await plain.evaluate('(builtins.fetchTree or (x: "own")) {}')).toBe("own");
    await using flakes = await openTestEvaluator({ experimentalFeatures: ["flakes"] });
    expect(await flakes.evaluate("builtins ? fetchTree")).toBe(true);
  });
});

describe("rules", () => {
  test("pure evaluations fetch only what is named by its contents", async () => {
    await using pure = await openTestEvaluator({
      experimentalFeatures: ["fetch-tree"],
      access: { isPure: true },
    });
    const refused = (source: string) => expect(pure.evaluate(at(source))).rejects;
    await refused('fetchTarball "file://@/tree.tar.gz"').toThrow(
      "in pure evaluation mode, 'fetchTarball' requires a 'sha256' argument",
    );
    await refused('builtins.fetchurl "file://@/tree.tar.gz"').toThrow("'fetchurl' requires a 'sha256' argument");
    await refused("fetchGit @/repository").toThrow("in pure evaluation mode, 'fetchTree' requires a locked input");
    const rev = execFileSync("git", ["-C", join(folder, "repository"), "rev-parse", "HEAD"], { encoding: "utf8" });
    expect(await pure.evaluate(at(`(fetchGit { url = @/repository; rev = "${rev.trim()}"; }).revCount`))).toBe(2);
  });

  test("restricted evaluations fetch only from what is allowed", async () => {
    await using restricted = await openTestEvaluator(
      {
        experimentalFeatures: ["fetch-tree"],
        access: { isRestricted: true, allowedUris: [`${server.url}/allowed`, join(folder, "tree")] },
      },
      [{ prefix: "tree", path: join(folder, "tree") }],
    );
    server.answer("/allowed/file", (_, response) => response.end("fine"));
    const evaluateThere = (source: string) => restricted.evaluate(at(source));
    expect(await evaluateThere(`builtins.readFile (builtins.fetchurl "${server.url}/allowed/file")`)).toBe("fine");
    for (const url of ["/allowedNot", "/allowed/../secret", "/allowed/%2e%2e/secret", "/other"])
      await expect(evaluateThere(`builtins.fetchurl "${server.url}${url}"`)).rejects.toThrow(
        `access to URI '${server.url}${url}' is forbidden in restricted mode`,
      );
    expect(await evaluateThere('builtins.readFile (builtins.fetchurl "file://@/tree/top/file")')).toBe("hello\n");
    symlinkSync("/etc/passwd", join(folder, "tree", "leads-out"));
    for (const path of ["/etc/passwd", "@/tree/leads-out", "@/tree/../tree.tar.gz", "@/tree/%2e%2e/tree.tar.gz"])
      await expect(evaluateThere(`builtins.fetchurl "file://${path}"`)).rejects.toThrow("is forbidden");
    for (const source of ["fetchGit @/repository", 'builtins.fetchTree { type = "path"; path = "/etc"; }'])
      await expect(evaluateThere(source)).rejects.toThrow("is forbidden in restricted mode");
  });

  test("evaluations that see some directories fetch from no others", async () => {
    await using confined = await openTestEvaluator({
      access: { allowedPaths: [join(folder, "tree")] },
      experimentalFeatures: ["fetch-tree"],
    });
    expect(await confined.evaluate(at('builtins.readFile (builtins.fetchurl "file://@/tree/top/file")'))).toBe(
      "hello\n",
    );
    const sources = [
      'builtins.fetchurl "file:///etc/passwd"',
      'builtins.fetchurl "file://@/tree/leads-out"',
      'builtins.fetchurl "file://@/tree.tar.gz"',
      "fetchGit @/repository",
      'builtins.fetchTree { type = "path"; path = "/etc"; }',
    ];
    for (const source of sources) await expect(confined.evaluate(at(source))).rejects.toThrow("forbidden");
  });
});

describe("the search path", () => {
  test("may name archives by their URLs; one that can't be fetched is passed over with a warning", async () => {
    await using searching = await openTestEvaluator({}, [
      { prefix: "", path: "file:///nonexistent.tar" },
      { prefix: "tree", path: `file://${folder}/tree.tar.gz` },
    ]);
    expect(await searching.evaluate("import <tree/other.nix>")).toBe(7);
    expect(searching.warnings).toContainEqual(
      expect.stringContaining("Nix search path entry 'file:///nonexistent.tar' cannot be downloaded, ignoring"),
    );
  });
});

describe("the evaluator", () => {
  test("stops a download when the request is aborted, and answers the next", async () => {
    const controller = new AbortController();
    const closed = new Promise<void>((resolve) => {
      server.answer("/endless", (request, response) => {
        response.write("some");
        request.on("close", () => resolve());
        setTimeout(() => controller.abort(new Error("enough")), 50);
      });
    });
    const running = evaluator.evaluate(`builtins.fetchurl "${server.url}/endless"`, controller);
    await expect(running).rejects.toThrow("enough");
    await closed;
    expect(await evaluate("1 + 1")).toBe(2);
  });

  test("tells warnings of fetchers", async () => {
    await evaluate("builtins.fetchGit @/dirty");
    expect(evaluator.warnings).toContainEqual(expect.stringMatching(/Git tree '.*\/dirty' is dirty/));
  });
});

describe("builtin:fetchurl", () => {
  const hashOf = async (path: string, type = "sha256") =>
    (await evaluate(`builtins.hashFile "${type}" "${path}"`)) as string;

  test("is what <nix/fetchurl.nix> describes, checked by its hash", async () => {
    server.answer("/file", (_, response) => response.end("downloaded"));
    const hash = await evaluate('builtins.hashString "sha256" "downloaded"');
    const source = (more: string) => `import <nix/fetchurl.nix> { url = "${server.url}/file"; ${more} }`;
    const [path = ""] = await evaluator.build(source(`sha256 = "${hash}";`));
    expect(await listStorePath(evaluator.services, path)).toEqual([' "downloaded"']);
    const wrong = "0".repeat(64);
    await expect(evaluator.build(source(`sha256 = "${wrong}";`))).rejects.toThrow(
      /hash mismatch: specified sha256-AAAA/,
    );
  });

  test("makes executables and unpacks archives of Nix", async () => {
    const top = join(folder, "tree", "top");
    server.answer("/run", (_, response) => response.end("hello\n"));
    server.answer("/top.nar.xz", (_, response) =>
      response.end(execFileSync("sh", ["-c", `nix-store --dump ${top} | xz -c`], { maxBuffer: 1 << 24 })),
    );
    const narHash = (path: string) => evaluate(`(builtins.fetchTree { type = "path"; path = "${path}"; }).narHash`);
    const build = async (file: string, path: string, flag: string) =>
      await evaluator.build(
        `import <nix/fetchurl.nix> { url = "${server.url}/${file}"; hash = "${await narHash(path)}"; ${flag} = true; }`,
      );
    const [executable = ""] = await build("run", join(top, "file"), "executable");
    expect(await listStorePath(evaluator.services, executable)).toEqual(['* "hello\\n"']);
    const [unpacked = ""] = await build("top.nar.xz", top, "unpack");
    expect(await listStorePath(evaluator.services, unpacked)).toContain("link -> file");
  });

  test("asks mirrors by hash first, then each URL", async () => {
    await using mirrored = await openTestEvaluator({ fetching: { hashedMirrors: [`${server.url}/mirror`] } });
    const hash = await hashOf(join(folder, "tree", "top", "file"));
    const source = (name: string) =>
      `derivation { name = "${name}"; system = "builtin"; builder = "builtin:fetchurl"; url = "${server.url}/gone"; ` +
      `urls = [ "${server.url}/gone" "${server.url}/second" ]; outputHashMode = "flat"; outputHashAlgo = "sha256"; outputHash = "${hash}"; }`;
    server.answer(`/mirror/sha256/${hash}`, (_, response) => response.end("hello\n"));
    const [fromMirror = ""] = await mirrored.build(source("one"));
    expect(await listStorePath(mirrored.services, fromMirror)).toEqual([' "hello\\n"']);
    expect(server.requests).not.toContain("/gone");
    server.answer(`/mirror/sha256/${hash}`, (_, response) => response.end("tampered"));
    server.answer("/second", (_, response) => response.end("hello\n"));
    const [fromSecond = ""] = await mirrored.build(source("two"));
    expect(await listStorePath(mirrored.services, fromSecond)).toEqual([' "hello\\n"']);
  });

  test("without a fixed output is refused", async () => {
    const source = `derivation { name = "x"; system = "builtin"; builder = "builtin:fetchurl"; url = "${server.url}/x"; }`;
    await expect(evaluator.build(source)).rejects.toThrow("builtin:fetchurl needs a fixed output");
  });
});

describe("outputOf", () => {
  const drv = 'derivation { name = "x"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; }';

  test("is the output itself, with its context", async () => {
    expect(
      await evaluate(
        `let d = ${drv}; o = builtins.outputOf (builtins.unsafeDiscardOutputDependency d.drvPath) "dev"; in [ (o == d.dev.outPath) (builtins.getContext o == builtins.getContext d.dev.outPath) ]`,
      ),
    ).toEqual([true, true]);
  });

  test("of what is no derivation, or has no such output, is refused", async () => {
    await failing(`builtins.outputOf (${drv}).drvPath "nope"`).toThrow("does not have output 'nope'");
    await failing('builtins.outputOf "/nix/store/x" "out"').toThrow("has 0 entries in its context");
  });
});
