import {
  decodeNixBase32,
  encodeNixBase32,
  formatNarInfo,
  type NarInfo,
  parseNarInfo,
  type SigningKey,
} from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service";
import {
  type ImportedNar,
  type NarCalculationService,
  narInfoOf,
  type PathInfo,
  type PathInfoService,
  pathInfoOf,
  signPathInfo,
} from "@tvix-mesh/store";
import { type Exchange, readText, sendText } from "./exchange.ts";
import { HttpError } from "./http-status.ts";
import { narUrl, nodeFromUrl } from "./nar-url.ts";
import type { UploadedNars } from "./uploaded-nars.ts";

const contentType = "text/x-nix-narinfo";
const maxNarInfoBytes = 4 * 1024 * 1024;

/** The path info of a store path that is named by its hash part. 404 if there is none. */
export async function requirePathInfo(
  pathInfos: PathInfoService,
  { signal }: Exchange,
  hashPart: string,
): Promise<PathInfo> {
  const pathInfo = await pathInfos.get(decodeNixBase32(hashPart), { signal });
  if (!pathInfo) throw new HttpError(404, `Cannot find ${hashPart}: no store path has this hash`);
  return pathInfo;
}

/** What the cache says of a store path, signed with the cache's own keys besides the signatures that it has. */
export async function sendNarInfo(
  pathInfos: PathInfoService,
  signingKeys: readonly SigningKey[],
  exchange: Exchange,
  hashPart: string,
): Promise<void> {
  const pathInfo = signPathInfo(await requirePathInfo(pathInfos, exchange, hashPart), signingKeys);
  const text = formatNarInfo(narInfoOf(pathInfo, narUrl(pathInfo.node, pathInfo.narSizeBytes)));
  sendText(exchange, 200, text, { "content-type": contentType });
}

/** Where the archive that a narinfo speaks of may be: uploaded before it, or here already. */
export interface NarSources {
  readonly uploads: UploadedNars;
  readonly narCalculation: NarCalculationService;
}

async function findNar(
  { uploads, narCalculation }: NarSources,
  url: string,
  signal: AbortSignal,
): Promise<ImportedNar> {
  const encodedNode = /^nar\/tvix-castore\/([^/?]+)(?:\?.*)?$/.exec(url)?.[1];
  if (encodedNode !== undefined) {
    const node = nodeFromUrl(encodedNode);
    return { node, ...(await narCalculation.calculateNar(node, { signal })) };
  }
  const upload = uploads.get(url);
  if (!upload) throw new HttpError(409, `its NAR ${url} must be uploaded first`);
  return upload;
}

function requireSameNar(narInfo: NarInfo, nar: ImportedNar): void {
  const [claimed, actual] = [narInfo.narHash.digest, nar.narSha256].map((digest) => encodeNixBase32(digest));
  if (claimed !== actual)
    throw new ServiceError("invalid-argument", `its NarHash is sha256:${claimed}, that of its NAR sha256:${actual}`);
  if (narInfo.narSizeBytes !== nar.narSizeBytes)
    throw new ServiceError(
      "invalid-argument",
      `its NarSize is ${narInfo.narSizeBytes}, its NAR ${nar.narSizeBytes} bytes long`,
    );
}

/** Gives an uploaded archive its store path. Nothing is stored unless the narinfo and the archive agree. */
export async function receiveNarInfo(
  pathInfos: PathInfoService,
  sources: NarSources,
  exchange: Exchange,
  hashPart: string,
): Promise<void> {
  const narInfo = parseNarInfo(await readText(exchange, maxNarInfoBytes));
  if (narInfo.storePath.hashPart !== hashPart)
    throw new ServiceError(
      "invalid-argument",
      `Cannot put narinfo at ${hashPart}.narinfo: its StorePath is ${narInfo.storePath}`,
    );
  const nar = await findNar(sources, narInfo.url, exchange.signal);
  requireSameNar(narInfo, nar);
  await pathInfos.put(pathInfoOf(narInfo, nar.node), { signal: exchange.signal });
  exchange.response.writeHead(201).end();
}
