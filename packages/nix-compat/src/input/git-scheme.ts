import { parseGitUrl } from "./git-url.ts";
import { booleanAttribute, type InputAttributes, requiredText, textAttribute } from "./input-attributes.ts";
import { InputError, UrlError } from "./input-error.ts";
import type { InputScheme } from "./input-scheme.ts";
import { isRefName } from "./ref-name.ts";
import { revisionQuery } from "./revision-query.ts";
import { formatUrl, parseUrl, splitScheme } from "./url.ts";

const texts = new Set(["rev", "ref", "keytype", "publicKey", "publicKeys"]);
const flags = ["shallow", "lfs", "submodules", "exportIgnore", "allRefs", "verifyCommit"];
const others = ["url", "lastModified", "revCount", "narHash", "name", "dirtyRev", "dirtyShortRev"];

interface VerifyingKey {
  readonly key: string;
  readonly type: string;
}

function keysOf(attributes: InputAttributes): readonly VerifyingKey[] {
  const keys: VerifyingKey[] = [];
  if (attributes.has("publicKeys")) keys.push(...parseKeys(requiredText(attributes, "publicKeys")));
  if (attributes.has("publicKey")) {
    const type = textAttribute(attributes, "keytype") ?? "ssh-ed25519";
    keys.push({ key: requiredText(attributes, "publicKey"), type });
  }
  return keys;
}

function parseKeys(text: string): readonly VerifyingKey[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new InputError(`input attribute 'publicKeys' is no JSON: '${text}'`);
  }
  if (!Array.isArray(parsed)) throw new InputError("input attribute 'publicKeys' is not an array");
  return parsed.map((item: { key?: unknown; type?: unknown } | null) => {
    const { key, type = "ssh-ed25519" } = item ?? {};
    if (typeof key === "string" && typeof type === "string") return { key, type };
    throw new InputError("input attribute 'publicKeys' has a key without its text");
  });
}

export const gitScheme: InputScheme = {
  name: "git",
  attributes: new Set([...texts, ...flags, ...others]),
  verifying: new Set(["verifyCommit", "keytype", "publicKey", "publicKeys"]),
  fromUrl(url) {
    if (url.scheme !== "git" && splitScheme(url.scheme).application !== "git") return undefined;
    const attributes = new Map<string, string | boolean>([["type", "git"]]);
    const query = new Map<string, string>();
    for (const [name, value] of url.query) {
      if (texts.has(name)) attributes.set(name, value);
      else if (flags.includes(name)) attributes.set(name, value === "1");
      else query.set(name, value);
    }
    return attributes.set("url", formatUrl({ ...url, query }));
  },
  check(attributes) {
    const ref = textAttribute(attributes, "ref");
    if (ref !== undefined && !isRefName(ref)) throw new UrlError(`invalid Git branch/tag name '${ref}'`);
    for (const name of ["verifyCommit", "shallow", "submodules", "allRefs"]) booleanAttribute(attributes, name);
    const url = formatUrl(parseGitUrl(requiredText(attributes, "url")));
    return new Map([...attributes, ["url", url]]);
  },
  toUrl(attributes) {
    const url = parseUrl(requiredText(attributes, "url"));
    const query = revisionQuery(url, attributes);
    for (const name of flags) if (name !== "allRefs" && booleanAttribute(attributes, name)) query.set(name, "1");
    const keys = keysOf(attributes);
    const [only] = keys;
    if (keys.length > 1) query.set("publicKeys", JSON.stringify(keys));
    else if (only !== undefined) query.set("keytype", only.type).set("publicKey", only.key);
    return { ...url, scheme: url.scheme === "git" ? "git" : `git+${url.scheme}`, query };
  },
};
