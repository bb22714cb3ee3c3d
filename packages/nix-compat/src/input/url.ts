import { type ByteString, compareByteStrings } from "../byte-string.ts";
import { UrlError } from "./input-error.ts";
import { isPercentEncoded, percentDecode, percentEncode } from "./percent-encoding.ts";

/** A URL by RFC 3986, decoded but for its authority. */
export interface Url {
  readonly scheme: string;
  /** User, host and port, as they are written; undefined without `//`. */
  readonly authority: string | undefined;
  /** What stands between slashes; the first one is empty if the path begins with one. */
  readonly path: readonly ByteString[];
  readonly query: ReadonlyMap<ByteString, ByteString>;
  readonly fragment: ByteString;
}

const notInPath = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/%]/;
const notInQuery = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?[\]%]/;
const notInFragment = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?#%]/;
const notInUser = /[^A-Za-z0-9\-._~!$&'()*+,;=:%]/;
const notInHost = /[^A-Za-z0-9\-._~!$&'()*+,;=%]/;

/** What comes before the first `separator`, and what after it; undefined without one. */
function splitAt(text: string, separator: string): readonly [before: string, after: string | undefined] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

/** `git` and `https` of `git+https`. */
export function splitScheme(scheme: string): { readonly application: string | undefined; readonly transport: string } {
  const [before, after] = splitAt(scheme, "+");
  return after === undefined
    ? { application: undefined, transport: before }
    : { application: before, transport: after };
}

function requireEncoded(url: string, part: string, outside: RegExp): string {
  if (outside.test(part) || !isPercentEncoded(part)) throw new UrlError(`'${url}' is not a valid URL`);
  return part;
}

/** Encodes what users may leave as it is: blanks and quotes of queries and fragments. */
function encodeLeniently(part: string, lenient: string): string {
  return part.replace(/[ "^]/g, (character) => (lenient.includes(character) ? percentEncode(character) : character));
}

function parseHost(url: string, host: string): string {
  const bracketed = /^\[(.*)\]$/s.exec(host)?.[1];
  if (bracketed === undefined) return percentEncode(percentDecode(requireEncoded(url, host, notInHost)));
  const [address = "", zone] = bracketed.split("%25");
  if (!URL.canParse(`http://[${address}]/`)) throw new UrlError(`'${url}' is not a valid URL`);
  return `[${address}${zone === undefined ? "" : `%25${zone}`}]`;
}

/** An authority with all in it that needs to be encoded, and nothing else. */
function parseAuthority(url: string, authority: string): string {
  const at = authority.indexOf("@");
  const user = at < 0 ? undefined : requireEncoded(url, authority.slice(0, at), notInUser);
  const [, host = "", port = ""] = /^(.*?)(?::(\d*))?$/s.exec(authority.slice(at + 1)) ?? [];
  if (port !== "" && (Number(port) === 0 || Number(port) > 65_535)) throw new UrlError(`port '${port}' is invalid`);
  const encodedUser = user
    ?.split(/:(.*)/s, 2)
    .map((part) => percentEncode(percentDecode(part)))
    .join(":");
  const prefix = encodedUser === undefined ? "" : `${encodedUser}@`;
  return `${prefix}${parseHost(url, host)}${port === "" ? "" : `:${Number(port)}`}`;
}

/** The parameters of a query. Of two with one name the first one counts; those without `=` are passed over. */
export function parseQuery(url: string, query: string, { isLenient }: { readonly isLenient: boolean }): Url["query"] {
  const text = requireEncoded(url, isLenient ? encodeLeniently(query, ' "') : query, notInQuery);
  const parameters = new Map<ByteString, ByteString>();
  for (const parameter of text.split("&")) {
    const [name, value] = splitAt(parameter, "=");
    if (value === undefined) continue;
    const key = percentDecode(name);
    if (!parameters.has(key)) parameters.set(key, percentDecode(value));
  }
  return parameters;
}

/** Throws a UrlError. Lenient is who takes blanks and quotes in queries and fragments. */
export function parseUrl(text: ByteString, { isLenient = false } = {}): Url {
  const [beforeFragment, fragment = ""] = splitAt(text, "#");
  const [beforeQuery, query = ""] = splitAt(beforeFragment, "?");
  const [, scheme, rest = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):(.*)$/s.exec(beforeQuery) ?? [];
  if (scheme === undefined) throw new UrlError(`'${text}' doesn't have a scheme`);
  const hasAuthority = rest.startsWith("//");
  const slash = hasAuthority ? rest.indexOf("/", 2) : 0;
  const path = slash < 0 ? "" : rest.slice(slash);
  const authority = hasAuthority ? parseAuthority(text, slash < 0 ? rest.slice(2) : rest.slice(2, slash)) : undefined;
  const isFile = splitScheme(scheme).transport === "file";
  if (isFile && authority) throw new UrlError(`file:// URL '${text}' has unexpected authority '${authority}'`);
  const encodedPath = requireEncoded(text, isFile && path === "" ? "/" : path, notInPath);
  return {
    scheme,
    authority,
    path: encodedPath.split("/").map(percentDecode),
    query: parseQuery(text, query, { isLenient }),
    fragment: percentDecode(
      requireEncoded(text, isLenient ? encodeLeniently(fragment, ' "^') : fragment, notInFragment),
    ),
  };
}

/** The URL with its parameters sorted by name, and with nothing encoded that needs not be. */
export function formatUrl({ scheme, authority, path, query, fragment }: Url): string {
  const parameters = [...query]
    .sort(([left], [right]) => compareByteStrings(left, right))
    .map(([name, value]) => `${percentEncode(name, ":@/?")}=${percentEncode(value, ":@/?")}`);
  return [
    scheme,
    authority === undefined ? ":" : `://${authority}`,
    path.map((segment) => percentEncode(segment, ":@")).join("/"),
    parameters.length === 0 ? "" : `?${parameters.join("&")}`,
    fragment === "" ? "" : `#${percentEncode(fragment)}`,
  ].join("");
}

/** The segments that aren't empty. */
export function filledSegments({ path }: Url): readonly ByteString[] {
  return path.filter((segment) => segment !== "");
}

/** The segments of a path of files: without the slashes that are doubled. */
export function segmentsOfPath(path: ByteString): readonly ByteString[] {
  const names = path.split("/").filter((name) => name !== "");
  return [...(path.startsWith("/") ? [""] : []), ...names, ...(path.endsWith("/") ? [""] : [])];
}

/** The path of files that a URL has. */
export function pathOfSegments(segments: Url["path"]): ByteString {
  for (const segment of segments) {
    if (segment.includes("/"))
      throw new UrlError(`URL path component '${segment}' contains '/', which is not allowed in file names`);
    if (segment.includes("\0"))
      throw new UrlError(
        `URL path component '${segment.replaceAll("\0", "\\0")}' contains NUL byte which is not allowed`,
      );
  }
  return segments.join("/").replace(/\/{2,}/g, "/") || "/";
}
