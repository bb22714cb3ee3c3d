import { fileURLToPath, pathToFileURL } from "node:url";
import { type EvalIO, EvalIOError, encodeByteString } from "@tvix-mesh/eval";
import { type FetchAccess, isAllowedUri, isReadablePath } from "./fetch-access.ts";

export interface FetchPlacesOptions {
  readonly io: Pick<EvalIO, "resolveSymlinks">;
  /** The rules of the evaluation under way. */
  readonly access: () => FetchAccess;
  /** Where a path of the evaluation is on this machine. Throws an EvalIOError for what it may not see. */
  localPath(path: string): string;
}

/**
 * What an evaluation may fetch from, and where that is for the rest of the machine. Paths and URIs are byte strings.
 * What is not allowed throws an EvalIOError `forbidden`.
 */
export class FetchPlaces {
  readonly #options: FetchPlacesOptions;

  constructor(options: FetchPlacesOptions) {
    this.#options = options;
  }

  get isPure(): boolean {
    return this.#options.access().isPure;
  }

  /** Throws unless the URI, or the path, may be fetched from. */
  requireUri(uri: string): void {
    const { isRestricted, allowedUris } = this.#options.access();
    if (uri.startsWith("/")) this.requirePath(uri);
    else if (!isRestricted || isAllowedUri(allowedUris, uri)) return;
    else if (/^file:\/\//i.test(uri)) this.requirePath(pathOf(uri));
    else throw new EvalIOError("forbidden", uri, `access to URI '${uri}' is forbidden in restricted mode`);
  }

  /** Throws unless the path, behind all its symlinks, may be read. */
  requirePath(path: string): void {
    const { isRestricted, readablePaths } = this.#options.access();
    if (!isRestricted) return;
    const readable = readablePaths.map((allowed) => this.#resolve(allowed));
    if (!isReadablePath(readable, this.#resolve(path)))
      throw new EvalIOError("forbidden", path, `access to absolute path '${path}' is forbidden in restricted mode`);
  }

  /** The path of this machine that a path of the evaluation is; a symlink stays one. */
  localPath(path: string): string {
    return this.#options.access().readsUnseenFiles ? path : this.#options.localPath(path);
  }

  /** A URL as the rest of the machine knows it: those of files name paths of the evaluation, symlinks followed. */
  localUrl(url: string): string {
    if (!/^file:/i.test(url) || URL.parse(url) === null || this.#options.access().readsUnseenFiles) return url;
    const path = pathOf(url);
    const local = this.localPath(this.#resolve(path));
    return local === path ? url : pathToFileURL(Buffer.from(local, "latin1").toString("utf8")).href;
  }

  /** What isn't there leads to itself. */
  #resolve(path: string): string {
    try {
      return this.#options.io.resolveSymlinks(path);
    } catch (error) {
      if (error instanceof EvalIOError && error.code !== "forbidden") return path;
      throw error;
    }
  }
}

/** The path that a `file` URL names; empty if it names none. */
function pathOf(uri: string): string {
  try {
    return encodeByteString(fileURLToPath(uri));
  } catch {
    return "";
  }
}
