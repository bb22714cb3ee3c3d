import { resolve } from "node:path";

/** Where `<prefix/…>` is looked up; an empty prefix stands for every name. */
export interface SearchPathEntry {
  readonly prefix: string;
  readonly path: string;
}

/** What the evaluator must not take for a file: URLs, and channels such as `channel:nixos-20.09`. */
function isUrl(path: string): boolean {
  return /^([a-z][a-z0-9+.-]*:\/\/|channel:|flake:)/i.test(path);
}

/** Reads `prefix=path` or `path`; a relative path counts from `directory`. */
export function parseSearchPathEntry(text: string, directory: string): SearchPathEntry {
  const equals = text.indexOf("=");
  const path = text.slice(equals + 1);
  return { prefix: text.slice(0, Math.max(equals, 0)), path: isUrl(path) ? path : resolve(directory, path) };
}

/** Reads NIX_PATH: entries between colons, where the colon of a URL separates nothing. */
export function parseNixPath(text: string, directory: string): readonly SearchPathEntry[] {
  return text
    .split(/(?<!(?:^|[:=])(?:channel|flake)):(?!\/\/)/)
    .filter((entry) => entry !== "")
    .map((entry) => parseSearchPathEntry(entry, directory));
}
