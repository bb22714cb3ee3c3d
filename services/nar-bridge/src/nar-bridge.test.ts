import { createHash } from "node:crypto";
import { connect } from "node:net";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { encodeNar, encodeNixBase32, type NarEvent, SigningKey } from "@tvix-mesh/nix-compat";
import { addText, pathInfoFingerprint } from "@tvix-mesh/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type OpenBridge, openBridge } from "./testing/open-bridge.ts";

const hashPart = "0".repeat(32);
const storePath = `/nix/store/${hashPart}-example`;

async function narOf(text: string): Promise<Buffer<ArrayBuffer>> {
  const bytes = Buffer.from(text);
  async function* content() {
    yield bytes;
  }
  const file: NarEvent = {
    kind: "file",
    name: undefined,
    executable: false,
    sizeBytes: bytes.length,
    content: content(),
  };
  return Buffer.concat(await Array.fromAsync(encodeNar([file])));
}

function sha256(bytes: Uint8Array): string {
  return encodeNixBase32(createHash("sha256").update(bytes).digest());
}

describe("createNarBridge", () => {
  let bridge: OpenBridge;
  const key = SigningKey.generate("bridge-1");
  beforeEach(async () => {
    bridge = await openBridge([key]);
  });
  afterEach(() => bridge[Symbol.asyncDispose]());

  const get = (path: string, init?: RequestInit) => fetch(`${bridge.url}${path}`, init);
  const put = (path: string, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`${bridge.url}${path}`, { method: "PUT", body });

  /** Uploads a NAR and answers the narinfo that would go with it, changed by `changes`. */
  async function upload(text: string, changes: Readonly<Record<string, string>> = {}): Promise<string> {
    const nar = await narOf(text);
    const url = `nar/${sha256(nar)}.nar`;
    expect((await put(`/${url}`, nar)).status).toBe(201);
    const fields = {
      StorePath: storePath,
      URL: url,
      Compression: "none",
      NarHash: `sha256:${sha256(nar)}`,
      NarSize: String(nar.length),
      References: "",
      ...changes,
    };
    return Object.entries(fields)
      .map(([name, value]) => `${name}: ${value}\n`)
      .join("");
  }

  it("/nix-cache-info tells the store's directory and priority", async () => {
    const response = await get("/nix-cache-info");
    expect(await response.text()).toBe("StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 39\n");
  });

  it("a narinfo is 404 until it is put, and then signed", async () => {
    expect((await get(`/${hashPart}.narinfo`)).status).toBe(404);
    expect((await get(`/${hashPart}.narinfo`, { method: "HEAD" })).status).toBe(404);
    expect((await put(`/${hashPart}.narinfo`, await upload("text"))).status).toBe(201);
    const response = await get(`/${hashPart}.narinfo`);
    expect(response.headers.get("content-type")).toBe("text/x-nix-narinfo");
    const text = await response.text();
    expect(text).toContain(`StorePath: ${storePath}\n`);
    const pathInfo = (await bridge.store.pathInfos.get(new Uint8Array(20)))!;
    expect(text).toContain(
      `Sig: bridge-1:${Buffer.from(key.sign(pathInfoFingerprint(pathInfo)).data).toString("base64")}\n`,
    );
  });

  it("HEAD has the headers of GET and no body", async () => {
    await put(`/${hashPart}.narinfo`, await upload("text"));
    const head = await get(`/${hashPart}.narinfo`, { method: "HEAD" });
    const body = await (await get(`/${hashPart}.narinfo`)).text();
    expect(head.headers.get("content-length")).toBe(String(body.length));
    expect(await head.text()).toBe("");
    const url = /URL: (.*)\n/.exec(body)![1];
    const nar = await get(`/${url}`, { method: "HEAD" });
    expect(nar.headers.get("content-length")).toBe(String((await narOf("text")).length));
    expect(nar.headers.get("accept-ranges")).toBe("bytes");
  });

  it.for<[string, Readonly<Record<string, string>>, RegExp]>([
    [
      "a StorePath that isn't the URL's",
      { StorePath: "/nix/store/1b9p07z77phvv2hf6gm9f28syp39f1ag-x" },
      /1b9p07z77phvv2hf6gm9f28syp39f1ag-x/,
    ],
    ["a NarHash that isn't the upload's", { NarHash: `sha256:${"0".repeat(52)}` }, /NarHash is sha256:0{52}/],
    ["a NarSize that isn't the upload's", { NarSize: "17" }, /NarSize is 17/],
    ["a reference that is no store path", { References: "x" }, /"x"/],
    ["a StorePath that is too short", { StorePath: "/nix/store/a" }, /"a"/],
    ["a StorePath elsewhere", { StorePath: "/gnu/store/x" }, /gnu/],
    ["a deriver that is no derivation", { Deriver: `${hashPart}-hello` }, /hello/],
    ["a signature that is none", { Sig: "key:AAAA" }, /Sig/],
    ["a URL with a broken node", { URL: "nar/tvix-castore/AAAA" }, /AAAA/],
  ])("PUT of a narinfo with %s is 400 and stores nothing", async ([, changes, words]) => {
    const response = await put(`/${hashPart}.narinfo`, await upload("text", changes));
    expect(response.status).toBe(400);
    expect(await response.text()).toMatch(words);
    expect(await Array.fromAsync(bridge.store.pathInfos.list())).toEqual([]);
  });

  it("PUT of a narinfo whose NAR was never uploaded is 409", async () => {
    const narInfo = await upload("text", { URL: `nar/${"1".repeat(52)}.nar` });
    expect((await put(`/${hashPart}.narinfo`, narInfo)).status).toBe(409);
  });

  it.for(["", "\n", "x", "StorePath", "StorePath: /nix/store/", "\u0000"])(
    "PUT of the narinfo %j is 400",
    async (text) => {
      expect((await put(`/${hashPart}.narinfo`, text)).status).toBe(400);
    },
  );

  it("PUT of a narinfo of megabytes is 413", async () => {
    expect((await put(`/${hashPart}.narinfo`, "x".repeat(5 * 1024 * 1024))).status).toBe(413);
  });

  it.for<[string, (nar: Buffer<ArrayBuffer>) => Uint8Array<ArrayBuffer>, string]>([
    ["cut short", (nar) => nar.subarray(0, -8), ".nar"],
    ["with bytes after its end", (nar) => Buffer.concat([nar, Buffer.alloc(8)]), ".nar"],
    ["empty", () => Buffer.alloc(0), ".nar"],
    ["of a broken compression", (nar) => gzipSync(nar).subarray(0, -9), ".nar.gz"],
    ["not compressed though it is said to be", (nar) => nar, ".nar.zst"],
    ["not compressed though it is said to be xz", (nar) => nar, ".nar.xz"],
  ])("PUT of a NAR that is %s is 400", async ([, damage, suffix]) => {
    const body = damage(await narOf("text"));
    const url = `/nar/${sha256(body)}${suffix}`;
    expect((await put(url, body)).status).toBe(400);
    expect((await get(url)).status).toBe(404);
  });

  it.for(["", ".xz", ".zst", ".gz", ".lz4"])("PUT of 20 MB that are no NAR%s is refused in words", async (suffix) => {
    const response = await put(`/nar/${"0".repeat(52)}.nar${suffix}`, Buffer.alloc(20_000_000, "x"));
    expect(response.status).toBe(suffix === ".lz4" ? 415 : 400);
    expect(await response.text()).toMatch(/^Cannot /);
  });

  it("PUT of a NAR under another hash than its own is 400", async () => {
    const response = await put(`/nar/${"0".repeat(52)}.nar`, await narOf("text"));
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(sha256(await narOf("text")));
  });

  it("PUT of a NAR in a compression that isn't known is 415", async () => {
    expect((await put(`/nar/${"0".repeat(52)}.nar.lz4`, "x")).status).toBe(415);
  });

  it("PUT of a NAR in several zstd frames, as parallel compressors write them, takes it whole", async () => {
    const text = "0123456789".repeat(50_000);
    const nar = await narOf(text);
    const frames = Buffer.concat(
      [nar.subarray(0, 100_000), nar.subarray(100_000)].map((part) => zstdCompressSync(part)),
    );
    const url = `nar/${sha256(frames)}.nar.zst`;
    expect((await put(`/${url}`, frames)).status).toBe(201);
    const narinfo = await upload(text, { URL: url, Compression: "zstd" });
    expect((await put(`/${hashPart}.narinfo`, narinfo)).status).toBe(201);
  });

  it("an uploaded NAR is there under its name before its narinfo comes", async () => {
    const nar = await narOf("text");
    const zstd = zstdCompressSync(nar);
    await put(`/nar/${sha256(nar)}.nar`, nar);
    await put(`/nar/${sha256(zstd)}.nar.zst`, zstd);
    const plain = await get(`/nar/${sha256(nar)}.nar`);
    expect(nar.equals(Buffer.from(await plain.arrayBuffer()))).toBe(true);
    expect((await get(`/nar/${sha256(zstd)}.nar.zst`, { method: "HEAD" })).status).toBe(200);
  });

  describe("a NAR", () => {
    let url: string;
    let nar: Buffer;
    beforeEach(async () => {
      const text = "0123456789".repeat(100_000);
      nar = await narOf(text);
      await put(`/${hashPart}.narinfo`, await upload(text));
      url = `/${/URL: (.*)\n/.exec(await (await get(`/${hashPart}.narinfo`)).text())![1]}`;
    });

    it("comes whole", async () => {
      const response = await get(url);
      expect(response.headers.get("content-type")).toBe("application/x-nix-nar");
      expect(nar.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
    });

    it.for([
      ["bytes=0-0", 0, 1],
      ["bytes=100-199", 100, 200],
      ["bytes=500000-", 500_000, undefined],
      ["bytes=-7", -7, undefined],
    ] as const)("comes in part for %s", async ([range, from, to]) => {
      const response = await get(url, { headers: { range } });
      const expected = nar.subarray(from, to);
      const start = from < 0 ? nar.length + from : from;
      expect(response.status).toBe(206);
      expect(response.headers.get("content-range")).toBe(`bytes ${start}-${start + expected.length - 1}/${nar.length}`);
      expect(expected.equals(Buffer.from(await response.arrayBuffer()))).toBe(true);
    });

    it("is 416 for a range behind its end, telling its size", async () => {
      const response = await get(url, { headers: { range: `bytes=${nar.length}-` } });
      expect(response.status).toBe(416);
      expect(response.headers.get("content-range")).toBe(`bytes */${nar.length}`);
    });

    it("breaks off when it hasn't the size that the URL says", async () => {
      const wrong = url.replace(/narsize=\d+/, `narsize=${nar.length + 8}`);
      await expect(get(wrong).then((response) => response.arrayBuffer())).rejects.toThrow();
    });

    it("is 400 without a size or with a broken node", async () => {
      expect((await get(url.replace(/\?.*/, ""))).status).toBe(400);
      expect((await get("/nar/tvix-castore/_w?narsize=1")).status).toBe(400);
      expect((await get("/nar/tvix-castore/%21?narsize=1")).status).toBe(400);
    });

    it("is 404 when its contents are unknown", async () => {
      const unknown = Buffer.concat([Buffer.from([0x0a, 0x22, 0x12, 0x20]), Buffer.alloc(32, 9)]).toString("base64url");
      expect((await get(`/nar/tvix-castore/${unknown}?narsize=1000`)).status).toBe(404);
    });
  });

  it("a client that goes away in the middle of an upload leaves nothing behind", async () => {
    const nar = await narOf("x".repeat(1_000_000));
    const socket = connect(Number(new URL(bridge.url).port), "127.0.0.1");
    const name = sha256(nar);
    socket.write(`PUT /nar/${name}.nar HTTP/1.1\r\nhost: x\r\ncontent-length: ${nar.length}\r\n\r\n`);
    socket.write(nar.subarray(0, 500_000), () => socket.destroy());
    await new Promise((resolve) => socket.once("close", resolve));
    expect((await get(`/nar/${name}.nar`)).status).toBe(404);
  });

  it("a listing says where contents lie", async () => {
    const text = "some text";
    const { storePath } = await addText(bridge.store, "text", Buffer.from(text), []);
    const listing = (await (await get(`/${storePath.hashPart}.ls`)).json()) as { root: { narOffset: number } };
    expect(listing).toMatchObject({ version: 1, root: { type: "regular", size: text.length } });
    const { narOffset } = listing.root;
    expect((await narOf(text)).subarray(narOffset, narOffset + text.length).toString()).toBe(text);
  });

  it.for([
    ["GET", "/", 404],
    ["GET", `/${"e".repeat(32)}.narinfo`, 404],
    ["GET", "/abc.narinfo", 404],
    ["GET", "/../../etc/passwd", 404],
    ["DELETE", `/${hashPart}.narinfo`, 405],
    ["POST", "/nix-cache-info", 405],
    ["PUT", "/nix-cache-info", 405],
  ] as const)("%s %s is %i", async ([method, path, status]) => {
    expect((await get(path, { method })).status).toBe(status);
  });
});
