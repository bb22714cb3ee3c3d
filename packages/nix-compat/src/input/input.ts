import { createDownloadScheme } from "./download-scheme.ts";
import { createForgeScheme } from "./forge-scheme.ts";
import { gitScheme } from "./git-scheme.ts";
import { indirectScheme } from "./indirect-scheme.ts";
import {
  type InputAttributes,
  integerAttribute,
  requiredText,
  showInputAttributes,
  textAttribute,
} from "./input-attributes.ts";
import { InputError } from "./input-error.ts";
import type { InputScheme, UrlReading } from "./input-scheme.ts";
import { mercurialScheme } from "./mercurial-scheme.ts";
import { pathScheme } from "./path-scheme.ts";
import { formatUrl, splitScheme, type Url } from "./url.ts";

/** By their names. */
const schemes: ReadonlyMap<string, InputScheme> = new Map(
  [
    createDownloadScheme("file"),
    gitScheme,
    createForgeScheme("github"),
    createForgeScheme("gitlab"),
    mercurialScheme,
    indirectScheme,
    pathScheme,
    createForgeScheme("sourcehut"),
    createDownloadScheme("tarball"),
  ].map((scheme) => [scheme.name, scheme]),
);

export interface InputRules {
  /** Names of experimental features that are on. */
  readonly features: ReadonlySet<string>;
}

/** Checks what a scheme knows of its attributes; an unknown type is left as it is. */
export function checkInput(attributes: InputAttributes, { features }: InputRules): InputAttributes {
  const type = textAttribute(attributes, "type");
  if (type === undefined) throw new InputError("'type' attribute to specify input scheme is required but not provided");
  const scheme = schemes.get(type);
  for (const name of attributes.keys()) {
    if (!scheme || name === "type" || name === "__final") continue;
    if (!scheme.attributes.has(name))
      throw new InputError(`input attribute '${name}' not supported by scheme '${type}'`);
    if (scheme.verifying?.has(name) && !features.has("verified-fetches"))
      throw new InputError(
        "experimental Nix feature 'verified-fetches' is disabled; add '--extra-experimental-features verified-fetches' to enable it",
      );
  }
  const checked = scheme?.check(attributes) ?? attributes;
  textAttribute(checked, "ref");
  integerAttribute(checked, "revCount");
  integerAttribute(checked, "lastModified");
  return checked;
}

/** The input that a URL stands for, checked. Throws a UrlError for what may be no URL at all. */
export function inputOfUrl(url: Url, reading: UrlReading, rules: InputRules): InputAttributes {
  for (const scheme of schemes.values()) {
    const attributes = scheme.fromUrl(url, reading);
    if (attributes) return checkInput(attributes, rules);
  }
  const { application, transport } = splitScheme(url.scheme);
  const isTurned = application === "file" && transport === "git";
  const hint = isTurned ? "; did you mean 'git+file' instead of 'file+git'?" : "";
  throw new InputError(`input '${formatUrl(url)}' is unsupported${hint}`);
}

/** The URL that stands for an input. */
export function urlOfInput(attributes: InputAttributes): Url {
  const scheme = schemes.get(requiredText(attributes, "type"));
  if (!scheme) throw new InputError(`cannot show unsupported input '${showInputAttributes(attributes)}'`);
  return scheme.toUrl(attributes);
}
