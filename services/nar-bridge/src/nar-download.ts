import type { CastoreServices, Node } from "@tvix-mesh/castore";
import { renderNar } from "@tvix-mesh/store";
import { resolveRange } from "./byte-range.ts";
import { type Exchange, sendStream } from "./exchange.ts";
import { HttpError } from "./http-status.ts";
import { nodeFromUrl } from "./nar-url.ts";
import type { UploadedNars } from "./uploaded-nars.ts";

const contentType = "application/x-nix-nar";

/** The size that the URL promises. What is sent is held against it. */
function sizeFromUrl(url: URL): number {
  const text = url.searchParams.get("narsize") ?? "";
  if (!/^\d{1,15}$/.test(text)) throw new HttpError(400, `Cannot send NAR: narsize "${text}" is no size`);
  return Number(text);
}

async function sendNar(castore: CastoreServices, exchange: Exchange, root: Node, sizeBytes: number): Promise<void> {
  const { request, response, signal } = exchange;
  const range = resolveRange(request.headers.range, sizeBytes);
  if (range === "unsatisfiable")
    throw new HttpError(416, `Cannot send NAR: no byte of ${request.headers.range} is in it`, {
      "content-range": `bytes */${sizeBytes}`,
    });
  const headers = {
    "content-type": contentType,
    "accept-ranges": "bytes",
    "cache-control": "public, max-age=31536000, immutable",
    ...(range && { "content-range": `bytes ${range.offset}-${range.offset + range.length - 1}/${sizeBytes}` }),
  };
  const status = range ? 206 : 200;
  const length = range?.length ?? sizeBytes;
  if (request.method === "HEAD") response.writeHead(status, { ...headers, "content-length": length }).end();
  else await sendStream(exchange, status, headers, renderNar(castore, root, { range, signal }), length);
}

/** The archive of the node that the URL holds, rendered as it is sent. */
export async function downloadNar(castore: CastoreServices, exchange: Exchange, encodedNode: string): Promise<void> {
  await sendNar(castore, exchange, nodeFromUrl(encodedNode), sizeFromUrl(exchange.url));
}

/** An archive under the name that it was uploaded by, while that is remembered and if it wasn't compressed. */
export async function downloadUploadedNar(
  castore: CastoreServices,
  uploads: UploadedNars,
  exchange: Exchange,
  url: string,
): Promise<void> {
  const upload = uploads.get(url);
  if (!upload) throw new HttpError(404, `Cannot send ${url}: it isn't an upload that waits for its narinfo`);
  const isCompressed = !url.endsWith(".nar");
  if (exchange.request.method === "HEAD" && isCompressed) exchange.response.writeHead(200).end();
  else if (isCompressed) throw new HttpError(404, `Cannot send ${url}: only its contents are kept`);
  else await sendNar(castore, exchange, upload.node, Number(upload.narSizeBytes));
}
