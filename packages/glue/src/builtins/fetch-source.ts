import { fileURLToPath, pathToFileURL } from "node:url";
import { type BuiltinContext, EvalIOError, encodeByteString } from "@tvix-mesh/eval";
import { ServiceError } from "@tvix-mesh/service";
import { type FetchAccess, isAllowedUri, isReadablePath } from "../fetchers/fetch-access.ts";
import type { Fetched, FetchRequest } from "../fetchers/fetcher.ts";

export interface FetchSourceOptions {
  /** The rules of the evaluation under way. */
  readonly access: () => FetchAccess;
  /** Where a path of the evaluation is on this machine. Throws an EvalIOError for what it may not see. */
  localPath(path: string): string;
  /** Waits for the result. Throws ServiceErrors. */
  fetch(request: FetchRequest): Fetched;
}

/** What fetchers may reach, and what they bring. Paths and URIs are byte strings. */
export class FetchSource {
  readonly #options: FetchSourceOptions;

  constructor(options: FetchSourceOptions) {
    this.#options = options;
  }

  get access(): FetchAccess {
    return this.#options.access();
  }

  /** Fails unless the URI, or the path, may be fetched from. */
  requireUri(context: BuiltinContext, uri: string): void {
    const { isRestricted, allowedUris } = this.access;
    if (!isRestricted || isAllowedUri(allowedUris, uri)) return;
    if (uri.startsWith("/")) this.requirePath(context, uri);
    else if (/^file:\/\//i.test(uri)) this.requirePath(context, encodeByteString(pathOf(uri)));
    else context.fail("restricted", `access to URI '${uri}' is forbidden in restricted mode`);
  }

  /** Fails unless the path, behind all its symlinks, may be read. */
  requirePath(context: BuiltinContext, path: string): void {
    const { isRestricted, readablePaths } = this.access;
    if (!isRestricted) return;
    const allowed = readablePaths.map((readable) => resolved(context, readable));
    if (!isReadablePath(allowed, resolved(context, path)))
      context.fail("restricted", `access to absolute path '${path}' is forbidden in restricted mode`);
  }

  /** The path of this machine that a path of the evaluation leads to; symlinks followed. */
  localFile(context: BuiltinContext, path: string): string {
    return this.#local(context, () => resolved(context, path));
  }

  /** The path of this machine that a path of the evaluation is; a symlink stays one. */
  localPath(context: BuiltinContext, path: string): string {
    return this.#local(context, () => path);
  }

  #local(context: BuiltinContext, find: () => string): string {
    try {
      return this.#options.localPath(find());
    } catch (error) {
      if (!(error instanceof EvalIOError)) throw error;
      return context.fail(error.code === "forbidden" ? "restricted" : "file", error.message);
    }
  }

  /** A URL as the rest of the machine knows it: `file` URLs name paths of the evaluation. */
  localUrl(context: BuiltinContext, url: string): string {
    if (!/^file:/i.test(url) || URL.parse(url) === null) return url;
    const path = encodeByteString(pathOf(url));
    const local = this.localFile(context, path);
    return local === path ? url : pathToFileURL(Buffer.from(local, "latin1").toString("utf8")).href;
  }

  /** Fetches; warnings are told, failures are failures of the program that nothing can catch. */
  fetch(context: BuiltinContext, request: FetchRequest): Fetched {
    try {
      const fetched = this.#options.fetch(request);
      for (const message of fetched.warnings) context.observe({ kind: "warning", message: encodeByteString(message) });
      return fetched;
    } catch (error) {
      if (!ServiceError.is(error)) throw error;
      return context.fail("store", encodeByteString(error.message));
    }
  }
}

/** The path that a `file` URL names; empty if it names none. */
function pathOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch {
    return "";
  }
}

/** What isn't there leads to itself. */
function resolved(context: BuiltinContext, path: string): string {
  try {
    return context.io.resolveSymlinks(path);
  } catch (error) {
    if (error instanceof EvalIOError && error.code !== "forbidden") return path;
    throw error;
  }
}
