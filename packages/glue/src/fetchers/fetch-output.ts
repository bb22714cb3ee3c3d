import { decompress, type Node } from "@tvix-mesh/castore";
import { encodeHex } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { importNar } from "@tvix-mesh/store";
import type { Download } from "./downloader.ts";
import { storeFile, type UrlFetchParts } from "./fetch-url.ts";
import type { OutputRequest } from "./fetcher.ts";

type FlatHash = NonNullable<OutputRequest["flatHash"]>;

/** Where a mirror keeps files by their hashes. */
function mirrorUrl(mirror: string, { algorithm, digest }: FlatHash): string {
  return `${mirror}${mirror.endsWith("/") ? "" : "/"}${algorithm}/${encodeHex(digest)}`;
}

/** The file from the first mirror that has it; undefined if none does, whatever the reasons. */
async function fetchFromMirrors(
  { services, downloader }: UrlFetchParts,
  mirrors: readonly string[],
  wanted: FlatHash,
  options: CallOptions,
): Promise<Node | undefined> {
  for (const mirror of mirrors) {
    const url = mirrorUrl(mirror, wanted);
    const use = async ({ body }: Download): Promise<Node> => {
      const { node, digest } = await storeFile(services, body, wanted.algorithm, options);
      if (Buffer.from(digest).equals(wanted.digest)) return node;
      throw new ServiceError("failed-precondition", `Cannot use ${url}: it has another hash`);
    };
    try {
      return await downloader.download(url, use, { ...options, isRaw: true, attempts: 1 });
    } catch {
      options.signal?.throwIfAborted();
    }
  }
  return undefined;
}

/** What `builtin:fetchurl` brings: from a mirror if one knows the hash, else from the first URL that answers. */
export async function fetchOutput(
  parts: UrlFetchParts,
  mirrors: readonly string[],
  { urls, unpack, executable, flatHash }: OutputRequest,
  options: CallOptions,
): Promise<Node> {
  const mirrored = flatHash && (await fetchFromMirrors(parts, mirrors, flatHash, options));
  if (mirrored) return mirrored;
  const use = async ({ body }: Download): Promise<Node> => {
    if (unpack) return (await importNar(parts.services, decompress(body), options)).node;
    const { node } = await storeFile(parts.services, body, "sha256", options);
    return { ...node, executable };
  };
  const failures: unknown[] = [];
  for (const url of urls) {
    try {
      return (await parts.downloader.download(url, use, { ...options, isRaw: true })) as Node;
    } catch (error) {
      options.signal?.throwIfAborted();
      failures.push(error);
    }
  }
  throw failures[0];
}
