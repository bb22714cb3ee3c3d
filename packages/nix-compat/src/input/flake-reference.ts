import type { ByteString } from "../byte-string.ts";
import { checkInput, type InputRules, inputOfUrl, urlOfInput } from "./input.ts";
import { type InputAttributes, textAttribute } from "./input-attributes.ts";
import { InputError, UrlError } from "./input-error.ts";
import { percentDecode } from "./percent-encoding.ts";
import { formatUrl, parseQuery, parseUrl, segmentsOfPath, type Url } from "./url.ts";

interface ParsedReference {
  /** The input, with the directory `dir` in it if that is not its root. */
  readonly attributes: InputAttributes;
  readonly fragment: ByteString;
}

const notInFragment = /[^A-Za-z0-9\-._~!$&'()*+,;=:@/?"^ %]|%(?![0-9A-Fa-f]{2})/;
const shortReference = /^([a-zA-Z][a-zA-Z0-9_-]*)(?:\/[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*)?$/;

function ofUrl(url: Url, rules: InputRules): ParsedReference {
  const { fragment, query } = url;
  const directory = query.get("dir") ?? "";
  const others = new Map([...query].filter(([name]) => name !== "dir"));
  const input = inputOfUrl({ ...url, query: others, fragment: "" }, { requiresTree: true }, rules);
  return { attributes: directory === "" ? input : new Map([...input, ["dir", directory]]), fragment };
}

/** `nixpkgs/branch/commit`: the name of a flake in a registry. */
function ofShortReference(text: string, rules: InputRules): ParsedReference | undefined {
  const hash = text.indexOf("#");
  const reference = hash < 0 ? text : text.slice(0, hash);
  const fragment = hash < 0 ? "" : text.slice(hash + 1);
  if (!shortReference.test(reference) || notInFragment.test(fragment)) return undefined;
  const path = reference.split("/");
  const url = { scheme: "flake", authority: undefined, path, query: new Map(), fragment: percentDecode(fragment) };
  return ofUrl(url, rules);
}

/** An absolute path, perhaps with a query; `asUrl` is what is wrong with the text as a URL. */
function ofPath(text: string, asUrl: UrlError, rules: InputRules): ParsedReference {
  const [, path = "", query = "", fragment = ""] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(text) ?? [];
  const parameters = parseQuery(text, query, { isLenient: true });
  if (!path.startsWith("/"))
    throw new InputError(`flake reference '${text}' is not an absolute path, and as a URL: ${asUrl.message}`);
  const url = { scheme: "path", authority: "", path: segmentsOfPath(path), query: parameters };
  return ofUrl({ ...url, fragment: percentDecode(fragment) }, rules);
}

function parse(text: string, rules: InputRules): ParsedReference {
  const short = ofShortReference(text, rules);
  if (short) return short;
  try {
    return ofUrl(parseUrl(text, { isLenient: true }), rules);
  } catch (error) {
    if (error instanceof UrlError) return ofPath(text, error, rules);
    throw error;
  }
}

/**
 * The attributes of a reference to a flake, such as `github:NixOS/nixpkgs/23.05?dir=lib`: a name of the registry, a URL,
 * or an absolute path. Throws an InputError or a FormatError.
 */
export function parseFlakeReference(text: ByteString, rules: InputRules): InputAttributes {
  const { attributes, fragment } = parse(text, rules);
  if (fragment !== "") throw new InputError(`unexpected fragment '${fragment}' in flake reference '${text}'`);
  return attributes;
}

/** The reference to a flake that has those attributes. Throws as `parseFlakeReference` does. */
export function formatFlakeReference(attributes: InputAttributes, rules: InputRules): string {
  const directory = textAttribute(attributes, "dir") ?? "";
  const input = checkInput(new Map([...attributes].filter(([name]) => name !== "dir")), rules);
  const url = urlOfInput(input);
  if (directory === "" || url.query.has("dir")) return formatUrl(url);
  return formatUrl({ ...url, query: new Map([...url.query, ["dir", directory]]) });
}
