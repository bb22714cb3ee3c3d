import {
  booleanAttribute,
  checkInput,
  formatUrl,
  type InputAttributes,
  InputError,
  inputOfUrl,
  parseUrl,
  showInputAttributes,
  textAttribute,
  urlOfInput,
} from "@tvix-mesh/nix-compat";

/** What the fetchers make use of, by types of input; the other attributes and types would be promises that nobody keeps. */
const fetchedAttributes: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "git",
    [
      ...["url", "ref", "rev", "name", "lastModified", "revCount", "narHash"],
      ...["shallow", "submodules", "allRefs", "exportIgnore", "lfs"],
    ],
  ],
  ["tarball", ["url", "narHash", "name"]],
  ["file", ["url", "narHash", "name"]],
  ["path", ["path", "rev", "revCount", "lastModified", "narHash"]],
]);
const rules = { features: new Set<string>() };

/** The input that a URL stands for. Throws an InputError. */
export function treeInputOfUrl(url: string): InputAttributes {
  return inputOfUrl(parseUrl(url, { isLenient: true }), { requiresTree: false }, rules);
}

/** The input in its usual form. Throws an InputError for types, attributes and names of branches that no fetcher takes. */
export function checkTreeInput(attributes: InputAttributes): InputAttributes {
  const type = textAttribute(attributes, "type") ?? "";
  const known = fetchedAttributes.get(type);
  if (!known) {
    const reason = `type '${type}' is not fetched, only ${[...fetchedAttributes.keys()].join(", ")}`;
    throw new InputError(`cannot fetch unsupported input '${showInputAttributes(attributes)}': ${reason}`);
  }
  for (const name of attributes.keys())
    if (name !== "type" && !known.includes(name))
      throw new InputError(`input attribute '${name}' not supported by scheme '${type}'`);
  if (textAttribute(attributes, type === "path" ? "path" : "url") === undefined)
    throw new InputError(`input attribute '${type === "path" ? "path" : "url"}' is missing`);
  if (booleanAttribute(attributes, "lfs"))
    throw new InputError(
      `cannot fetch input '${showTreeInput(attributes)}': attribute 'lfs' is true, but files of Git LFS can't be fetched`,
    );
  if (booleanAttribute(attributes, "exportIgnore") && booleanAttribute(attributes, "submodules"))
    throw new InputError(
      `cannot fetch input '${showTreeInput(attributes)}': attributes 'exportIgnore' and 'submodules' can't be true together`,
    );
  return checkInput(attributes, rules);
}

/** A URL that shows the input, for messages. */
export function showTreeInput(attributes: InputAttributes): string {
  try {
    return formatUrl(urlOfInput(attributes));
  } catch (error) {
    if (error instanceof Error) return showInputAttributes(attributes);
    throw error;
  }
}
