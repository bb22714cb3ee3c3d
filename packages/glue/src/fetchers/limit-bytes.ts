import { ServiceError } from "@tvix-mesh/service";

/** The same pieces; `resource-exhausted` with the given message once they are more than `maxBytes`. */
export async function* limitBytes(
  pieces: AsyncIterable<Uint8Array>,
  maxBytes: number,
  message: string,
): AsyncGenerator<Uint8Array, void, undefined> {
  let sizeBytes = 0;
  for await (const piece of pieces) {
    sizeBytes += piece.length;
    if (sizeBytes > maxBytes) throw new ServiceError("resource-exhausted", message);
    yield piece;
  }
}
