import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoreServices } from "@tvix-mesh/store";
import { openMemoryStore } from "@tvix-mesh/store/testing/memory-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFetcher, type FetcherOptions } from "../create-fetcher.ts";
import type { Fetcher, GitRequest } from "../fetcher.ts";
import { startTestServer, type TestServer } from "../testing/http-server.ts";
import { listStorePath } from "../testing/list-store-path.ts";

let folder: string;
let server: TestServer;
let services: StoreServices;
let nowMs: number;
let fetcher: Fetcher;

const identity = "GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@b GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@b";

function shell(script: string): string {
  return execFileSync("sh", ["-ec", `export ${identity}; ${script}`], { cwd: folder, encoding: "utf8" }).trim();
}

/** Commits a file, and publishes the repository for clients that know nothing but files. Answers the revision. */
function publish(content: string): string {
  const rev = shell(
    `cd work && echo ${content} > file && git add . && git commit -qm ${content} && git push -q ../published.git HEAD && ` +
      "git -C ../published.git update-server-info && git rev-parse HEAD",
  );
  const root = join(folder, "published.git");
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    server.answer(`/published.git${path.slice(root.length)}`, (_, response) => response.end(readFileSync(path)));
  }
  const refs = join(root, "info", "refs");
  const plain = { "content-type": "text/plain" };
  server.answer("/published.git/info/refs?service=git-upload-pack", (_, response) =>
    response.writeHead(200, plain).end(readFileSync(refs)),
  );
  return rev;
}

function open(options: FetcherOptions = {}): Fetcher {
  return createFetcher(services, { cacheDirectory: join(folder, "cache"), now: () => nowMs, ...options });
}

function request(more: Partial<GitRequest> = {}): GitRequest {
  const url = `${server.url}/published.git`;
  return {
    kind: "git",
    name: "source",
    url,
    submodules: false,
    exportIgnore: false,
    shallow: false,
    allRefs: false,
    ...more,
  };
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-git-"));
  server = await startTestServer();
  services = openMemoryStore();
  nowMs = 0;
  fetcher = open();
  shell("git init -q -b trunk work && git init -q -b trunk --bare published.git");
});

afterEach(async () => {
  await fetcher[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

describe("a repository behind HTTP", () => {
  test("is fetched at its default branch, whatever that is called", async () => {
    const rev = publish("one");
    const fetched = await fetcher.fetch(request());
    expect(fetched).toMatchObject({ rev, revCount: 1, warnings: [] });
    expect(await listStorePath(services, fetched.storePath)).toEqual(["/", 'file "one\\n"']);
  });

  test("is fetched with its history if the server can't leave that out, and no more is told of it", async () => {
    const first = publish("one");
    const second = publish("two");
    expect(await fetcher.fetch(request({ shallow: true }))).toMatchObject({ rev: second, revCount: undefined });
    expect(await fetcher.fetch(request({ shallow: true, rev: first }))).toMatchObject({ rev: first });
  });

  test("is asked again after an hour, and serves what is known when it can't be reached", async () => {
    const first = publish("one");
    await fetcher.fetch(request());
    const second = publish("two");
    nowMs = 3_599_999;
    expect(await fetcher.fetch(request())).toMatchObject({ rev: first });
    nowMs = 3_600_000;
    expect(await fetcher.fetch(request())).toMatchObject({ rev: second, revCount: 2 });
    nowMs = 7_200_000;
    server.answer("/published.git/info/refs?service=git-upload-pack", (_, response) => response.writeHead(500).end());
    expect(await fetcher.fetch(request())).toMatchObject({
      rev: second,
      warnings: [expect.stringContaining("could not update local clone of Git repository")],
    });
  });

  test("needs nobody for a revision that is in the store", async () => {
    const rev = publish("one");
    const fetched = await fetcher.fetch(request({ rev }));
    const asked = server.requests.length;
    expect(await fetcher.fetch(request({ rev }))).toEqual(fetched);
    expect(server.requests).toHaveLength(asked);
  });

  test("is fetched once at a time, by whoever wants it", async () => {
    const rev = publish("one");
    await using other = open();
    const fetched = await Promise.all([fetcher, other, fetcher, other].map((one) => one.fetch(request())));
    expect(fetched.map((each) => each.rev)).toEqual([rev, rev, rev, rev]);
  });

  test("that isn't there is refused with git's reason", async () => {
    await expect(fetcher.fetch(request({ url: `${server.url}/none.git` }))).rejects.toMatchObject({
      code: "failed-precondition",
      message: expect.stringMatching(/git .*fetch.*failed with exit code 128:\n(.|\n)*not found/),
    });
  });

  test("that never answers is left at an abort", async () => {
    const controller = new AbortController();
    server.answer("/slow.git/info/refs?service=git-upload-pack", () => controller.abort(new Error("enough")));
    await expect(
      fetcher.fetch(request({ url: `${server.url}/slow.git` }), { signal: controller.signal }),
    ).rejects.toThrow("enough");
  });
});

describe("a repository of this machine", () => {
  const local = (more: Partial<GitRequest> = {}) => request({ url: `file://${folder}/published.git`, ...more });

  test("is asked each time", async () => {
    publish("one");
    await fetcher.fetch(local());
    const second = publish("two");
    expect(await fetcher.fetch(local())).toMatchObject({ rev: second });
  });

  test("is fetched without its history if that is enough", async () => {
    publish("one");
    const rev = publish("two");
    expect(await fetcher.fetch(local({ shallow: true }))).toMatchObject({ rev, revCount: undefined });
    const first = shell("git -C work rev-parse HEAD^");
    const fetched = await fetcher.fetch(local({ shallow: true, rev: first }));
    expect(await listStorePath(services, fetched.storePath)).toEqual(["/", 'file "one\\n"']);
    expect(await fetcher.fetch(local())).toMatchObject({ rev, revCount: 2 });
  });

  test("may turn a branch into a folder of branches", async () => {
    const rev = publish("one");
    shell("git -C published.git branch side");
    await fetcher.fetch(local({ ref: "side" }));
    shell("git -C published.git branch -D side && git -C published.git branch side/one");
    expect(await fetcher.fetch(local({ ref: "side/one" }))).toMatchObject({ rev });
  });
});

test("without git the error says so", async () => {
  const path = process.env.PATH;
  mkdirSync(join(folder, "empty"));
  process.env.PATH = join(folder, "empty");
  try {
    await expect(fetcher.fetch(request())).rejects.toThrow("Cannot run git: it is not installed");
  } finally {
    process.env.PATH = path;
  }
});
