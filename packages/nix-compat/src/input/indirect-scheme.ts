import { encodeHex } from "../hex.ts";
import { parseNixHash } from "../nix-hash.ts";
import { requiredText, revisionAttribute, textAttribute } from "./input-attributes.ts";
import { UrlError } from "./input-error.ts";
import type { InputScheme } from "./input-scheme.ts";
import { isRefName, isRevision } from "./ref-name.ts";
import { filledSegments, formatUrl, type Url } from "./url.ts";

function requireIdentifier(text: string): string {
  if (!/^[a-zA-Z][a-zA-Z0-9_-]*$/.test(text)) throw new UrlError(`'${text}' is not a valid flake ID`);
  return text;
}

/** The branch or tag and the commit that stand behind the name. */
function referenceOf(url: Url, segments: readonly string[]): { readonly ref?: string; readonly rev?: string } {
  const [, first, second] = segments;
  if (segments.length > 3 || segments.length === 0) throw new UrlError(`flake URL '${formatUrl(url)}' is invalid`);
  if (first === undefined) return {};
  if (second === undefined) {
    if (isRevision(first)) return { rev: first };
    if (isRefName(first)) return { ref: first };
    throw new UrlError(`in flake URL '${formatUrl(url)}', '${first}' is not a commit hash or branch/tag name`);
  }
  if (!isRefName(first)) throw new UrlError(`in flake URL '${formatUrl(url)}', '${first}' is not a branch/tag name`);
  if (!isRevision(second)) throw new UrlError(`in flake URL '${formatUrl(url)}', '${second}' is not a commit hash`);
  return { ref: first, rev: second };
}

/** A name that a registry knows. */
export const indirectScheme: InputScheme = {
  name: "indirect",
  attributes: new Set(["id", "ref", "rev", "narHash"]),
  fromUrl(url) {
    if (url.scheme !== "flake") return undefined;
    const segments = filledSegments(url);
    const { ref, rev } = referenceOf(url, segments);
    return new Map([
      ["type", "indirect"],
      ["id", requireIdentifier(segments[0] ?? "")],
      ...(ref === undefined ? [] : [["ref", ref] as const]),
      ...(rev === undefined ? [] : [["rev", encodeHex(parseNixHash(rev, "sha1").digest)] as const]),
    ]);
  },
  check(attributes) {
    requireIdentifier(requiredText(attributes, "id"));
    return attributes;
  },
  toUrl(attributes) {
    const reference = [textAttribute(attributes, "ref"), revisionAttribute(attributes)];
    const path = [requiredText(attributes, "id"), ...reference.filter((part) => part !== undefined)];
    return { scheme: "flake", authority: undefined, path, query: new Map(), fragment: "" };
  },
};
