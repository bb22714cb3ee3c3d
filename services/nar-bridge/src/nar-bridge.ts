import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { CastoreServices } from "@tvix-mesh/castore";
import { defaultStoreDir, type SigningKey } from "@tvix-mesh/nix-compat";
import type { Logger } from "@tvix-mesh/service";
import { listNar, narCalculationOf, type PathInfoService } from "@tvix-mesh/store";
import { type Exchange, readText, sendText } from "./exchange.ts";
import { HttpError, httpStatusOf } from "./http-status.ts";
import { downloadNar, downloadUploadedNar } from "./nar-download.ts";
import { uploadNar } from "./nar-upload.ts";
import { receiveNarInfo, requirePathInfo, sendNarInfo } from "./narinfo.ts";
import { createUploadedNars } from "./uploaded-nars.ts";

export interface NarBridgeOptions {
  readonly castore: CastoreServices;
  readonly pathInfos: PathInfoService;
  /** The narinfos that are served bear a signature of each. */
  readonly signingKeys: readonly SigningKey[];
  readonly logger: Logger;
}

type Handler = (exchange: Exchange, ...groups: readonly string[]) => Promise<void>;

interface Route {
  /** Its groups become the handler's arguments. */
  readonly path: RegExp;
  /** Serves HEAD too; whoever sends bodies knows. */
  readonly GET?: Handler;
  readonly PUT?: Handler;
}

const maxListingBytes = 256 * 1024 * 1024;
const storePathHash = "([0-9a-df-np-sv-z]{32})";
const fileName = "(([0-9a-df-np-sv-z]{52})\\.nar(?:\\.([a-z0-9]+))?)";

function routesOf({ castore, pathInfos, signingKeys }: NarBridgeOptions): readonly Route[] {
  const uploads = createUploadedNars();
  const narCalculation = narCalculationOf(pathInfos, castore);
  return [
    {
      path: /^\/nix-cache-info$/,
      GET: async (exchange) =>
        sendText(exchange, 200, `StoreDir: ${defaultStoreDir}\nWantMassQuery: 1\nPriority: 39\n`, {
          "content-type": "text/x-nix-cache-info",
        }),
    },
    {
      path: new RegExp(`^/${storePathHash}\\.narinfo$`),
      GET: (exchange, hashPart = "") => sendNarInfo(pathInfos, signingKeys, exchange, hashPart),
      PUT: (exchange, hashPart = "") => receiveNarInfo(pathInfos, { uploads, narCalculation }, exchange, hashPart),
    },
    {
      path: new RegExp(`^/${storePathHash}\\.ls$`),
      GET: async (exchange, hashPart = "") => {
        const { node } = await requirePathInfo(pathInfos, exchange, hashPart);
        const listing = { version: 1, root: await listNar(castore, node, exchange) };
        sendText(exchange, 200, JSON.stringify(listing), { "content-type": "application/json" });
      },
      // Clients may write listings, but ours are made from the contents.
      PUT: async (exchange) => {
        await readText(exchange, maxListingBytes);
        exchange.response.writeHead(204).end();
      },
    },
    {
      path: /^\/nar\/tvix-castore\/([^/]+)$/,
      GET: (exchange, encodedNode = "") => downloadNar(castore, exchange, encodedNode),
    },
    {
      path: new RegExp(`^/nar/${fileName}$`),
      GET: (exchange, name) => downloadUploadedNar(castore, uploads, exchange, `nar/${name}`),
      PUT: (exchange, name, fileHash = "", suffix = "") =>
        uploadNar(castore, uploads, exchange, `nar/${name}`, fileHash, suffix),
    },
  ];
}

async function dispatch(routes: readonly Route[], exchange: Exchange): Promise<void> {
  const { method = "" } = exchange.request;
  const { pathname } = exchange.url;
  for (const route of routes) {
    const match = route.path.exec(pathname);
    if (!match) continue;
    const handler = method === "PUT" ? route.PUT : method === "GET" || method === "HEAD" ? route.GET : undefined;
    const allow = ["GET", "HEAD", ...(route.PUT ? ["PUT"] : [])].join(", ");
    if (!handler) throw new HttpError(405, `Cannot ${method} ${pathname}: only ${allow}`, { allow });
    return handler(exchange, ...match.slice(1));
  }
  throw new HttpError(404, `Cannot find ${pathname}: a binary cache has no such file`);
}

function fail(exchange: Exchange, error: unknown, logger: Logger): void {
  const { request, response, signal } = exchange;
  if (signal.aborted) return;
  const status = httpStatusOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (status >= 500)
    logger.error({ err: error, url: request.url }, `${request.method} ${request.url} failed: ${message}`);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // Many a client sends all of a refused body before it reads the answer.
  request.resume();
  sendText(exchange, status, `${message}\n`, error instanceof HttpError ? error.headers : {});
}

function open(request: IncomingMessage, response: ServerResponse): Exchange {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new HttpError(499, "Cannot answer: the client has gone"));
  });
  const url = URL.parse(request.url ?? "", "http://nar-bridge") ?? new URL("http://nar-bridge/");
  return { request, response, url, signal: gone.signal };
}

/** A binary cache over HTTP, for real Nix clients to fetch from and to push to. */
export function createNarBridge(options: NarBridgeOptions): RequestListener {
  const routes = routesOf(options);
  return async (request, response) => {
    const exchange = open(request, response);
    try {
      await dispatch(routes, exchange);
    } catch (error) {
      fail(exchange, error, options.logger);
    }
  };
}
