import { constants, open } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DownloadError } from "./download-error.ts";
import type { OpenedUrl } from "./open-http.ts";

async function* readFile(url: URL): AsyncGenerator<Uint8Array, void, undefined> {
  // Without waiting, or a FIFO would keep us until somebody writes to it.
  await using file = await open(fileURLToPath(url), constants.O_RDONLY | constants.O_NONBLOCK);
  if (!(await file.stat()).isFile()) throw new DownloadError("invalid-argument", url.href, "it is not a regular file");
  yield* file.createReadStream({ autoClose: false });
}

/** Reads a file of this machine. */
export function openFile(url: URL): OpenedUrl {
  async function* body() {
    try {
      yield* readFile(url);
    } catch (cause) {
      if (cause instanceof DownloadError) throw cause;
      const code = cause instanceof Error && "code" in cause ? cause.code : "";
      const reason = code === "ENOENT" ? "the file does not exist" : (cause as Error).message;
      const kind = code === "ENOENT" ? "not-found" : code === "EACCES" ? "permission-denied" : "failed-precondition";
      throw new DownloadError(kind, url.href, reason, { cause });
    }
  }
  return { contentEncoding: undefined, body: body() };
}
