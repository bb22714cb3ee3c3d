import { createHash } from "node:crypto";
import { decompress, type FileNode, importTar } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { PathInfo, StoreServices } from "@tvix-mesh/store";
import type { Download, Downloader } from "./downloader.ts";
import type { FetchCache } from "./fetch-cache.ts";
import type { FetchLimits } from "./fetch-limits.ts";
import { addResult, findExpected, findKnown, type Result, requireName, toFetched } from "./fetched-path.ts";
import type { Fetched, FileRequest, TarballRequest } from "./fetcher.ts";

/** What is remembered of a URL. */
export interface UrlFacts {
  readonly storePath: string;
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
}

export interface UrlFetchParts {
  readonly services: StoreServices;
  readonly downloader: Downloader;
  readonly cache: FetchCache<UrlFacts>;
  readonly limits: FetchLimits;
  /** How long a URL without a hash isn't asked again. */
  readonly ttlMs: number;
  readonly now: () => number;
}

/** Stores what comes in as a file, and hashes it on the way. */
export async function storeFile(
  { blobs }: Pick<StoreServices, "blobs">,
  body: AsyncIterable<Uint8Array>,
  algorithm: string,
  options: CallOptions,
): Promise<{ readonly node: FileNode; readonly digest: Uint8Array }> {
  const hash = createHash(algorithm);
  await using writer = await blobs.openWrite(options);
  let size = 0n;
  for await (const piece of body) {
    hash.update(piece);
    size += BigInt(piece.length);
    await writer.write(piece);
  }
  const node = { kind: "file", digest: await writer.close(), size, executable: false } as const;
  return { node, digest: new Uint8Array(hash.digest()) };
}

type UrlRequest = FileRequest | TarballRequest;

function methodOf(request: UrlRequest): Result["method"] {
  return request.kind === "file" ? request.method : "recursive";
}

async function readFile(
  { services }: UrlFetchParts,
  { name, url, method }: FileRequest,
  { body }: Download,
  options: CallOptions,
): Promise<Result> {
  const { node, digest } = await storeFile(services, body, "sha256", options);
  return { name, node, method, flatSha256: digest, url };
}

async function readTarball(
  { services, limits }: UrlFetchParts,
  { name, url }: TarballRequest,
  { body }: Download,
  options: CallOptions,
): Promise<Result> {
  const { unpackedBytes: maxBytes, archiveEntries: maxEntries } = limits;
  try {
    const node = await importTar(services, decompress(body), { ...options, isStripped: true, maxBytes, maxEntries });
    return { name, node, method: "recursive", url };
  } catch (cause) {
    if (!ServiceError.is(cause)) throw cause;
    throw new ServiceError(cause.code, `tarball '${url}' cannot be unpacked: ${cause.message}`, { cause });
  }
}

/** Fetches, and remembers by what the server can tell that nothing has changed. */
async function fetchAnew(
  parts: UrlFetchParts,
  request: UrlRequest,
  known: UrlFacts | undefined,
  options: CallOptions,
): Promise<PathInfo | undefined> {
  const key = [request.kind, methodOf(request), request.url, request.name];
  const added = await parts.downloader.download(
    request.url,
    async (download) => {
      const result =
        request.kind === "file"
          ? await readFile(parts, request, download, options)
          : await readTarball(parts, request, download, options);
      const pathInfo = await addResult(parts.services, result, request.sha256, options);
      return { pathInfo, etag: download.etag, lastModified: download.lastModified };
    },
    { ...options, known },
  );
  if (added && isRemote(request.url) && !request.sha256) {
    const { pathInfo, etag, lastModified } = added;
    await parts.cache.put(key, { storePath: pathInfo.storePath.absolute(), etag, lastModified });
  } else if (!added && known) await parts.cache.put(key, known);
  return added?.pathInfo;
}

/** Files of this machine are read each time: that costs no more than to ask whether they have changed. */
function isRemote(url: string): boolean {
  return !/^file:/i.test(url);
}

/** Fetches a file or an archive, unless the store has what was asked for or the answer is still fresh. */
export async function fetchUrl(parts: UrlFetchParts, request: UrlRequest, options: CallOptions): Promise<Fetched> {
  requireName(request.name);
  const present = await findExpected(parts.services, request.name, methodOf(request), request.sha256, options);
  if (present) return toFetched(present);
  if (request.sha256 || !isRemote(request.url))
    return toFetched((await fetchAnew(parts, request, undefined, options)) as PathInfo);
  const cached = await parts.cache.get([request.kind, methodOf(request), request.url, request.name]);
  const kept = await findKnown(parts.services, cached?.facts.storePath, options);
  if (kept && cached && parts.now() < cached.fetchedAtMs + parts.ttlMs) return toFetched(kept);
  try {
    const fresh = await fetchAnew(parts, request, kept && cached?.facts, options);
    return toFetched((fresh ?? kept) as PathInfo);
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!kept || !ServiceError.is(error, "unavailable")) throw error;
    return toFetched(kept, { warnings: [`${error.message}; using cached version`] });
  }
}
