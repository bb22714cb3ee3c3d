import "@tvix-mesh/service/streaming-heap";
import { once } from "node:events";
import { connect } from "node:http2";
import {
  B3Digest,
  createB3Hasher,
  createBlobServiceClient,
  createDirectoryServiceClient,
  importTree,
  openImportCache,
} from "@tvix-mesh/castore";
import { openChannel } from "@tvix-mesh/service";
import { readBytes, resetPeakMemory } from "./process-figures.ts";

// One measured client: a process of its own, so that its memory and time are its own.
const [action, address = "", ...rest] = process.argv.slice(2);
const rawWindowBytes = 4 * 1024 * 1024;
const rawPieceBytes = 512 * 1024;
const blobsOf = (url: string) => createBlobServiceClient(openChannel({ name: "blob-service", address: url }));
const blobs = blobsOf(address);

/** Bytes that don't compress and are made at several gigabytes a second. */
function* randomPieces(totalBytes: number): Generator<Uint8Array> {
  const words = new Uint32Array(1024 * 256);
  let state = 0x9e3779b9;
  for (let index = 0; index < words.length; index += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[index] = state;
  }
  const piece = new Uint8Array(words.buffer);
  for (let sent = 0; sent < totalBytes; sent += piece.length) {
    // Another word each few pages makes each piece another one.
    for (let index = 0; index < words.length; index += 512) words[index] = (words[index] as number) + index + sent + 1;
    yield piece.subarray(0, Math.min(piece.length, totalBytes - sent));
  }
}

async function put(totalBytes: number): Promise<string> {
  await using writer = await blobs.openWrite();
  for (const piece of randomPieces(totalBytes)) await writer.write(piece);
  return (await writer.close()).hex;
}

async function read(digest: B3Digest, range?: { offset: number; length: number }): Promise<number> {
  const reader = await blobs.openRead(digest);
  let bytes = 0;
  for await (const piece of reader?.read(range) ?? []) bytes += piece.length;
  return bytes;
}

/** Reads a part; tells how many bytes came in for it. */
async function readPart(digest: B3Digest, offset: number, length: number): Promise<number> {
  // Connected, and everything loaded that is loaded late.
  await blobs.has(digest);
  const before = readBytes();
  await read(digest, { offset, length });
  return readBytes() - before;
}

async function hash(totalBytes: number): Promise<string> {
  using hasher = createB3Hasher();
  for (const piece of randomPieces(totalBytes)) hasher.update(piece);
  return hasher.digest().hex;
}

/** Sends or fetches that many bytes over plain HTTP/2. */
async function transferRaw(method: "GET" | "POST", totalBytes: number): Promise<number> {
  const session = connect(address, { settings: { initialWindowSize: rawWindowBytes } });
  session.once("remoteSettings", () => session.setLocalWindowSize(rawWindowBytes));
  const stream = session.request({ ":method": method, ":path": `/${totalBytes}` });
  if (method === "POST") {
    for (const piece of randomPieces(totalBytes))
      for (let at = 0; at < piece.length; at += rawPieceBytes)
        // Copied, since the same memory is filled again while it may still wait.
        if (!stream.write(Buffer.from(piece.subarray(at, at + rawPieceBytes)))) await once(stream, "drain");
    stream.end();
  }
  let bytes = 0;
  for await (const data of stream) bytes += (data as Buffer).length;
  session.close();
  return bytes;
}

/** Clients with a connection each that put and read small blobs in turn; what their calls took. */
async function manyClients(count: number): Promise<unknown> {
  const latencies: number[] = [];
  let errors = 0;
  await Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const own = blobsOf(address);
      for (let round = 0; round < 10; round += 1) {
        const data = new Uint8Array(100_000).fill(index);
        new DataView(data.buffer).setUint32(0, round);
        const startedAt = performance.now();
        try {
          await using writer = await own.openWrite();
          await writer.write(data);
          const reader = await own.openRead(await writer.close(), { expectedSizeBytes: data.length });
          if (reader?.sizeBytes !== data.length) errors += 1;
        } catch {
          errors += 1;
        }
        latencies.push(performance.now() - startedAt);
      }
    }),
  );
  latencies.sort((a, b) => a - b);
  const at = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] as number;
  return { p50: at(0.5), p99: at(0.99), slowest: at(1), errors };
}

async function measured(work: () => Promise<unknown>): Promise<unknown> {
  resetPeakMemory(process.pid);
  const startedAt = performance.now();
  const before = process.cpuUsage();
  const answer = await work();
  const seconds = (performance.now() - startedAt) / 1000;
  const used = process.cpuUsage(before);
  return {
    answer,
    seconds,
    cpuSeconds: (used.user + used.system) / 1e6,
    peakBytes: process.resourceUsage().maxRSS * 1024,
  };
}

async function act(): Promise<unknown> {
  switch (action) {
    case "import": {
      const [directoryAddress = "", path = "", cachePath = ""] = rest;
      const directories = createDirectoryServiceClient(
        openChannel({ name: "directory-service", address: directoryAddress }),
      );
      await using cache = openImportCache(cachePath);
      const node = await importTree(path, { blobs, directories }, { cache });
      return node.kind === "symlink" ? "" : node.digest.hex;
    }
    case "put":
      return put(Number(rest[0]));
    case "read":
      return read(B3Digest.fromHex(rest[0] ?? ""));
    case "read-range":
      return readPart(B3Digest.fromHex(rest[0] ?? ""), Number(rest[1]), Number(rest[2]));
    case "raw-put":
      return transferRaw("POST", Number(rest[0]));
    case "raw-read":
      return transferRaw("GET", Number(rest[0]));
    case "clients":
      return manyClients(Number(rest[0]));
    case "hash":
      return hash(Number(rest[0]));
    default:
      throw new Error(`Cannot measure ${action}: no such action`);
  }
}

process.stdout.write(`${JSON.stringify(await measured(act))}\n`);
process.exit(0);
