import type { ByteString } from "../byte-string.ts";
import { UrlError } from "./input-error.ts";
import { percentEncode } from "./percent-encoding.ts";
import { parseUrl, segmentsOfPath, splitScheme, type Url } from "./url.ts";

const transports = ["ssh", "http", "https", "file", "ftp", "ftps", "git"];
const ownSchemes = new Set([...transports, ...transports.map((transport) => `git+${transport}`)]);

/** Host and path of `user@host:path`; undefined for what is no such address. */
function splitScpAddress(text: string): readonly [host: string, path: string] | undefined {
  const first = text.indexOf(":");
  if (text.includes("://") || first < 0 || text.slice(0, first).includes("/")) return undefined;
  if (ownSchemes.has(text.slice(0, first))) return undefined;
  const bracket = text.startsWith("[") ? 0 : text.indexOf("@[") + 1;
  const close = text.startsWith("[") || bracket > 0 ? text.indexOf("]", bracket) : -1;
  const colon = close < 0 ? first : close + 1;
  return text[colon] === ":" ? [text.slice(0, colon), text.slice(colon + 1)] : undefined;
}

function parseScpHost(text: string): string {
  const bracketed = /^\[(.*)\]$/s.exec(text)?.[1];
  if (bracketed === undefined) return percentEncode(text);
  if (!URL.canParse(`http://[${bracketed}]/`))
    throw new UrlError(`Git SCP bracketed URL is not valid: '${bracketed}' is not a valid IPv6 address`);
  return text;
}

/** What Git takes as the address of a repository: a path, `user@host:path`, or a URL. */
export function parseGitUrl(text: ByteString): Url {
  const nothing = { query: new Map<string, string>(), fragment: "" };
  if (text.startsWith("/")) return { scheme: "file", authority: "", path: segmentsOfPath(text), ...nothing };
  const address = splitScpAddress(text);
  if (address === undefined) {
    const url = parseUrl(text);
    const { application, transport } = splitScheme(url.scheme);
    return application === "git" ? { ...url, scheme: transport } : url;
  }
  const [userAndHost, path] = address;
  if (path === "") throw new UrlError(`SCP-style Git URL '${text}' has an empty path`);
  const at = userAndHost.indexOf("@");
  const user = at < 0 ? "" : `${percentEncode(userAndHost.slice(0, at))}@`;
  const authority = `${user}${parseScpHost(userAndHost.slice(at + 1))}`;
  const segments = path.split("/");
  return { scheme: "ssh", authority, path: segments[0] === "" ? segments : ["", ...segments], ...nothing };
}
