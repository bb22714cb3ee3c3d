/** What an evaluation may fetch. Byte strings. */
export interface FetchAccess {
  /** Only what is named by its contents. */
  readonly isPure: boolean;
  /** Only from `allowedUris`, and of this machine's files only those below `readablePaths`. */
  readonly isRestricted: boolean;
  readonly allowedUris: readonly string[];
  readonly readablePaths: readonly string[];
  /** Files of this machine may be fetched that the evaluation itself can't see: those that a hash or revision names. */
  readonly readsUnseenFiles: boolean;
}

export const unlimitedAccess: FetchAccess = {
  isPure: false,
  isRestricted: false,
  allowedUris: [],
  readablePaths: [],
  readsUnseenFiles: false,
};

function isBelow(uri: string, prefix: string): boolean {
  if (prefix === "" || !uri.startsWith(prefix)) return false;
  return uri === prefix || prefix.endsWith("/") || uri[prefix.length] === "/";
}

/**
 * Whether the URI is one of `allowed` or lies below one: `https://example.org/a` allows `https://example.org/a/b`, not
 * `https://example.org/ab`. Steps such as `..` lead nowhere that isn't allowed itself.
 */
export function isAllowedUri(allowed: readonly string[], uri: string): boolean {
  const normalized = URL.parse(uri)?.href ?? uri;
  const isAllowed = (text: string) => allowed.some((prefix) => isBelow(text, prefix));
  return isAllowed(uri) && (isAllowed(normalized) || isAllowed(normalized.replace(/\/$/, "")));
}

export function isReadablePath(readable: readonly string[], path: string): boolean {
  return readable.some((prefix) => prefix === "/" || isBelow(path, prefix.replace(/\/$/, "")));
}
