import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import type { StoreServices } from "@tvix-mesh/store";
import { openMemoryStore } from "@tvix-mesh/store/testing/memory-store";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createFetcher, type FetcherOptions } from "./create-fetcher.ts";
import type { Fetcher, FileRequest } from "./fetcher.ts";
import { startTestServer, type TestServer } from "./testing/http-server.ts";
import { listStorePath } from "./testing/list-store-path.ts";

let folder: string;
let server: TestServer;
let services: StoreServices;
let fetcher: Fetcher;

function open(options: FetcherOptions = {}): Fetcher {
  return createFetcher(services, {
    cacheDirectory: join(folder, "cache"),
    ...options,
    limits: { firstRetryMs: 1, stalledTimeoutMs: 5000, ...options.limits },
  });
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tvix-fetch-"));
  server = await startTestServer();
  services = openMemoryStore();
  fetcher = open();
});

afterEach(async () => {
  await fetcher[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (text: string) => new Uint8Array(createHash("sha256").update(text).digest());

function file(path: string, more: Partial<FileRequest> = {}): FileRequest {
  return { kind: "file", url: `${server.url}${path}`, name: "it", method: "flat", ...more };
}

async function contents(fetched: Promise<{ readonly storePath: string }>): Promise<readonly string[]> {
  return await listStorePath(services, (await fetched).storePath);
}

describe("a file", () => {
  test("comes under the store path of its bytes", async () => {
    server.answer("/a", (_, response) => response.end("hello"));
    const { storePath } = await fetcher.fetch(file("/a"));
    expect(storePath).toBe("/nix/store/wxxwpzjz2sb2x92c1nd7h062swkl7a6n-it");
    expect(await listStorePath(services, storePath)).toEqual([' "hello"']);
  });

  test("follows redirects, and gives up when there is no end to them", async () => {
    server.answer("/a", (_, response) => response.writeHead(302, { location: "/b" }).end());
    server.answer("/b", (_, response) => response.end("there"));
    server.answer("/loop", (_, response) => response.writeHead(302, { location: "/loop" }).end());
    expect(await contents(fetcher.fetch(file("/a")))).toEqual([' "there"']);
    await expect(fetcher.fetch(file("/loop"))).rejects.toThrow(/unable to download .*redirect/i);
  });

  test("never follows a redirect to a file of this machine", async () => {
    writeFileSync(join(folder, "secret"), "secret");
    const location = pathToFileURL(join(folder, "secret")).href;
    server.answer("/a", (_, response) => response.writeHead(302, { location }).end());
    await expect(fetcher.fetch(file("/a"))).rejects.toThrow("unable to download");
  });

  test("that isn't there is refused at once, with the status", async () => {
    await expect(fetcher.fetch(file("/missing"))).rejects.toMatchObject({
      code: "not-found",
      message: `unable to download '${server.url}/missing': HTTP error 404 ('Not Found')`,
    });
    expect(server.requests).toEqual(["/missing"]);
  });

  test("is asked for again after a failure that may pass", async () => {
    const failures = [500, 429, 503];
    server.answer("/a", (_, response) => response.writeHead(failures.shift() ?? 200).end("at last"));
    expect(await contents(fetcher.fetch(file("/a")))).toEqual([' "at last"']);
    expect(server.requests).toHaveLength(4);
  });

  test("is given up after some attempts", async () => {
    server.answer("/a", (_, response) => response.writeHead(502).end());
    await expect(fetcher.fetch(file("/a"))).rejects.toMatchObject({
      code: "unavailable",
      message: expect.stringContaining("HTTP error 502"),
    });
    expect(server.requests).toHaveLength(5);
  });

  test("that comes cut off is asked for again, and never stored in part", async () => {
    const cutOff = (request: unknown, response: Parameters<Parameters<TestServer["answer"]>[1]>[1]) => {
      void request;
      response.writeHead(200, { "content-length": "10" });
      response.write("only", () => response.destroy());
    };
    let answers = 0;
    server.answer("/a", (request, response) => (answers++ === 0 ? cutOff(request, response) : response.end("whole")));
    expect(await contents(fetcher.fetch(file("/a")))).toEqual([' "whole"']);
    server.answer("/never", cutOff);
    await expect(fetcher.fetch(file("/never"))).rejects.toMatchObject({ code: "unavailable" });
  });

  test("of another hash is refused with both", async () => {
    server.answer("/a", (_, response) => response.end("other"));
    await expect(fetcher.fetch(file("/a", { sha256: sha256("wanted") }))).rejects.toMatchObject({
      code: "failed-precondition",
      message: expect.stringMatching(
        /^hash mismatch in file downloaded from '.*\/a':\n {2}specified: sha256:\w{52}\n {2}got: {7}sha256:\w{52}$/,
      ),
    });
  });

  test("of a known hash that the store has is not asked for", async () => {
    server.answer("/a", (_, response) => response.end("wanted"));
    await fetcher.fetch(file("/a"));
    const again = await fetcher.fetch(file("/gone", { sha256: sha256("wanted") }));
    expect(await listStorePath(services, again.storePath)).toEqual([' "wanted"']);
    expect(server.requests).toEqual(["/a"]);
  });

  test("may come compressed by the server", async () => {
    server.answer("/a", (_, response) =>
      response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("unpacked")),
    );
    expect(await contents(fetcher.fetch(file("/a")))).toEqual([' "unpacked"']);
  });

  test("larger than allowed is refused", async () => {
    await using small = open({ limits: { downloadBytes: 3 } });
    server.answer("/a", (_, response) => response.end("four"));
    await expect(small.fetch(file("/a"))).rejects.toMatchObject({ code: "resource-exhausted" });
  });

  test("from a server that goes silent is given up", async () => {
    await using impatient = open({ limits: { stalledTimeoutMs: 50, attempts: 1 } });
    server.answer("/a", (_, response) => response.write("some"));
    await expect(impatient.fetch(file("/a"))).rejects.toThrow("the server has stopped sending");
  });

  test("is not waited for after an abort", async () => {
    const controller = new AbortController();
    server.answer("/slow", (_, response) => {
      response.write("some");
      setImmediate(() => controller.abort(new Error("enough")));
    });
    await expect(fetcher.fetch(file("/slow"), { signal: controller.signal })).rejects.toThrow("enough");
  });

  test("can be of this machine; what is no file is refused", async () => {
    writeFileSync(join(folder, "a b"), "local");
    const url = pathToFileURL(join(folder, "a b")).href;
    expect(await contents(fetcher.fetch(file("", { url })))).toEqual([' "local"']);
    const refused = (other: string) => expect(fetcher.fetch(file("", { url: other }))).rejects;
    await refused(pathToFileURL(folder).href).toThrow("it is not a regular file");
    await refused("file:///dev/zero").toThrow("it is not a regular file");
    await refused(`${url}x`).toThrow("the file does not exist");
    await refused("file://host/a").toThrow("unable to download");
    await refused("gopher://host/a").toThrow("the scheme 'gopher' is not supported");
    await refused("nonsense").toThrow("it is not a URL");
  });

  test("under a name that no store path has is refused before it is fetched", async () => {
    await expect(fetcher.fetch(file("/a", { name: "a b" }))).rejects.toThrow("illegal character");
    expect(server.requests).toEqual([]);
  });
});

describe("what was fetched before", () => {
  const version = (tag: string, text: string) => (request: { headers: Record<string, unknown> }, response: never) => {
    const answer = response as { writeHead(status: number, headers?: object): { end(body?: string): void } };
    if (request.headers["if-none-match"] === tag) answer.writeHead(304).end();
    else answer.writeHead(200, { etag: tag }).end(text);
  };

  test("is not asked for until an hour has passed, and then only whether it has changed", async () => {
    let nowMs = 0;
    await using clocked = open({ now: () => nowMs });
    server.answer("/a", version('"1"', "one") as never);
    const first = await clocked.fetch(file("/a"));
    nowMs = 3_599_999;
    expect(await clocked.fetch(file("/a"))).toEqual(first);
    expect(server.requests).toHaveLength(1);
    nowMs = 3_600_000;
    expect(await clocked.fetch(file("/a"))).toEqual(first);
    expect(server.requests).toHaveLength(2);
    server.answer("/a", version('"2"', "two") as never);
    nowMs = 7_200_000;
    expect(await contents(clocked.fetch(file("/a")))).toEqual([' "two"']);
  });

  test("serves, with a warning, when the server doesn't answer", async () => {
    await using eager = open({ ttlMs: 0 });
    server.answer("/a", version('"1"', "one") as never);
    const first = await eager.fetch(file("/a"));
    server.answer("/a", (_, response) => response.writeHead(503).end());
    expect(await eager.fetch(file("/a"))).toEqual({
      ...first,
      warnings: [expect.stringContaining("HTTP error 503 ('Service Unavailable'); using cached version")],
    });
  });

  test("is fetched again if the store has lost it", async () => {
    server.answer("/a", version('"1"', "one") as never);
    await fetcher.fetch(file("/a"));
    services = openMemoryStore();
    await using other = open();
    expect(await contents(other.fetch(file("/a")))).toEqual([' "one"']);
  });
});

describe("a tarball", () => {
  function pack(compression: readonly string[]): string {
    const source = join(folder, "source");
    execFileSync("sh", [
      "-c",
      `rm -rf ${source} && mkdir -p ${source}/top/sub && cd ${source}/top && echo hi > file && ln file sub/hard && ` +
        `ln -s ../file sub/soft && echo run > run && chmod 755 run && mkdir empty && head -c 2000000 /dev/zero > large && ` +
        `mkdir -p $(printf 'n%.0s' $(seq 120)) && echo long > $(printf 'n%.0s' $(seq 120))/$(printf 'm%.0s' $(seq 120)) && ` +
        `printf x > "$(printf 'caf\\303\\251')"`,
    ]);
    const archive = join(folder, "archive");
    execFileSync("tar", [...compression, "-cf", archive, "-C", source, "top"]);
    return pathToFileURL(archive).href;
  }

  const expected = [
    'caf\xc3\xa9 "x"',
    "empty/",
    'file "hi\\n"',
    "large 2000000 bytes",
    `${"n".repeat(120)}/`,
    `${"n".repeat(120)}/${"m".repeat(120)} "long\\n"`,
    'run* "run\\n"',
    "sub/",
    'sub/hard "hi\\n"',
    "sub/soft -> ../file",
  ].sort();

  test.each(
    [[], ["--gzip"], ["--bzip2"], ["--xz"], ["--zstd"], ["--format=pax"], ["--format=v7", "--exclude=n*"]].map(
      (flags) => ({ flags }),
    ),
  )("made with tar $flags holds what was packed", async ({ flags }) => {
    const { storePath } = await fetcher.fetch({ kind: "tarball", url: pack(flags), name: "source" });
    const listing = (await listStorePath(services, storePath)).filter((line) => line !== "/");
    expect(listing).toEqual(
      flags.includes("--exclude=n*") ? expected.filter((line) => !line.startsWith("n")) : expected,
    );
  });

  const compressors = ["gzip", "bzip2", "xz", "zstd"];

  test.each(compressors)(
    "may be several pieces that %s has compressed, and is refused if it is damaged",
    async (program) => {
      pack(["--exclude=large"]);
      execFileSync(
        "sh",
        ["-c", `head -c 5000 archive | ${program} -c > pieces; tail -c +5001 archive | ${program} -c >> pieces`],
        { cwd: folder },
      );
      const url = (name: string) => pathToFileURL(join(folder, name)).href;
      const whole = await fetcher.fetch({ kind: "tarball", url: url("archive"), name: "source" });
      expect(await fetcher.fetch({ kind: "tarball", url: url("pieces"), name: "source" })).toEqual(whole);
      const bytes = readFileSync(join(folder, "pieces"));
      writeFileSync(join(folder, "cut"), bytes.subarray(0, -30));
      const damaged = Buffer.from(bytes);
      damaged.fill(0x55, 60, 90);
      writeFileSync(join(folder, "damaged"), damaged);
      for (const name of ["cut", "damaged"])
        await expect(fetcher.fetch({ kind: "tarball", url: url(name), name: "source" })).rejects.toMatchObject({
          code: "invalid-argument",
          message: expect.stringMatching(`Cannot decompress ${program} data: it is damaged or cut off`),
        });
    },
  );
});
