import { createHash } from "node:crypto";
import type { CastoreServices } from "@tvix-mesh/castore";
import { decodeNixBase32, encodeNixBase32 } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service";
import { importNar } from "@tvix-mesh/store";
import { decompress } from "./decompress.ts";
import { type Exchange, requestBody } from "./exchange.ts";
import type { UploadedNars } from "./uploaded-nars.ts";

/**
 * Takes in an archive, compressed as the suffix of its URL says. The URL's hash is that of what is sent. It is not
 * remembered if hash or format are wrong.
 */
export async function uploadNar(
  castore: CastoreServices,
  uploads: UploadedNars,
  exchange: Exchange,
  url: string,
  fileHash: string,
  suffix: string,
): Promise<void> {
  const expected = encodeNixBase32(decodeNixBase32(fileHash));
  const hash = createHash("sha256");
  async function* hashed() {
    for await (const piece of requestBody(exchange)) {
      hash.update(piece);
      yield piece;
    }
  }
  const upload = await importNar(castore, decompress(hashed(), suffix), { signal: exchange.signal });
  const actual = encodeNixBase32(hash.digest());
  if (actual !== expected)
    throw new ServiceError("invalid-argument", `Cannot take ${url}: the SHA-256 of what was sent is ${actual}`);
  uploads.set(url, upload);
  exchange.response.writeHead(201).end();
}
