import { parseNixHash } from "../nix-hash.ts";
import {
  narHashAttribute,
  requiredText,
  revisionAttribute,
  showInputAttributes,
  textAttribute,
} from "./input-attributes.ts";
import { UrlError } from "./input-error.ts";
import type { InputScheme } from "./input-scheme.ts";
import { isRefName, isRevision } from "./ref-name.ts";
import { filledSegments, formatUrl, type Url } from "./url.ts";

const parameters = new Set(["rev", "ref", "host", "narHash"]);

function attributesOf(name: string, url: Url): Map<string, string> {
  const [owner, repo, ...reference] = filledSegments(url);
  if (owner === undefined || repo === undefined) throw new UrlError(`URL '${formatUrl(url)}' is invalid`);
  const attributes = new Map([
    ["type", name],
    ["owner", owner],
    ["repo", repo],
  ]);
  const text = reference.join("/");
  if (reference.length > 0) attributes.set(reference.length === 1 && isRevision(text) ? "rev" : "ref", text);
  for (const [parameter, value] of url.query) {
    if (!parameters.has(parameter))
      throw new UrlError(`URL '${formatUrl(url)}' contains unknown parameter '${parameter}'`);
    if (attributes.has(parameter)) {
      const what = parameter === "rev" ? "commit hashes" : "branch/tag names";
      throw new UrlError(`URL '${formatUrl(url)}' contains multiple ${what}`);
    }
    attributes.set(parameter, value);
  }
  return attributes;
}

/** A repository at one of the places that serve archives of revisions. */
export function createForgeScheme(name: "github" | "gitlab" | "sourcehut"): InputScheme {
  return {
    name,
    attributes: new Set(["owner", "repo", "ref", "rev", "narHash", "lastModified", "host", "treeHash"]),
    fromUrl: (url) => (url.scheme === name ? attributesOf(name, url) : undefined),
    check(attributes) {
      requiredText(attributes, "owner");
      requiredText(attributes, "repo");
      const ref = textAttribute(attributes, "ref");
      const rev = textAttribute(attributes, "rev");
      const shown = () => showInputAttributes(attributes);
      if (ref !== undefined && rev !== undefined)
        throw new UrlError(`input ${shown()} contains both a commit hash ('${rev}') and a branch/tag name ('${ref}')`);
      if (rev !== undefined) parseNixHash(rev, "sha1");
      if (ref !== undefined && !isRefName(ref))
        throw new UrlError(`input ${shown()} contains an invalid branch/tag name`);
      if (!/^[a-zA-Z0-9.-]*$/.test(textAttribute(attributes, "host") ?? ""))
        throw new UrlError(`input ${shown()} contains an invalid instance host`);
      return attributes;
    },
    toUrl(attributes) {
      const reference = textAttribute(attributes, "ref") ?? revisionAttribute(attributes);
      const path = [requiredText(attributes, "owner"), requiredText(attributes, "repo")];
      const query = new Map<string, string>();
      const narHash = narHashAttribute(attributes);
      if (narHash !== undefined) query.set("narHash", narHash);
      const host = textAttribute(attributes, "host");
      if (host !== undefined) query.set("host", host);
      const whole = reference === undefined ? path : [...path, reference];
      return { scheme: name, authority: undefined, path: whole, query, fragment: "" };
    },
  };
}
