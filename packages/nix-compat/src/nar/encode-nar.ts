import { NarEncoder } from "./nar-encoder.ts";
import type { NarEvent } from "./nar-event.ts";

const messageLength = 64 * 1024;

/** The archive of what the events describe, in pieces of no particular length. The inverse of `readNar`. */
export async function* encodeNar(
  events: AsyncIterable<NarEvent> | Iterable<NarEvent>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new NarEncoder();
  for await (const event of events) {
    switch (event.kind) {
      case "directory":
        encoder.openDirectory(event.name);
        break;
      case "directoryEnd":
        encoder.closeDirectory();
        break;
      case "symlink":
        encoder.symlink(event.target, event.name);
        break;
      case "file":
        encoder.openFile(event.sizeBytes, event.executable, event.name);
        for await (const piece of event.content) {
          encoder.write(piece);
          if (encoder.pendingBytes >= messageLength) yield* encoder.take();
        }
        encoder.closeFile();
        break;
    }
    if (encoder.pendingBytes >= messageLength) yield* encoder.take();
  }
  yield* encoder.finish();
}
