/** What fetchTree is told: `type`, and what goes with it. Byte strings. */
export type TreeAttributes = ReadonlyMap<string, string | boolean | number | bigint>;

/** What is wrong with an input, in Nix's words. */
export class TreeInputError extends Error {}

const gitSchemes = new Set(["git", "git+http", "git+https", "git+ssh", "git+file"]);
const archiveName = /\.(zip|tar|tgz|tar\.gz|tar\.xz|tar\.bz2|tar\.zst)$/;
const numericParameters = new Set(["revCount", "lastModified"]);

interface ParsedUrl {
  readonly scheme: string;
  readonly base: string;
  readonly parameters: readonly (readonly [string, string])[];
}

function parse(url: string): ParsedUrl {
  const scheme = /^([a-z][a-z0-9+.-]*):/.exec(url)?.[1];
  if (scheme === undefined) throw new TreeInputError(`'${url}' is not a valid URL`);
  const withoutFragment = url.replace(/#.*$/s, "");
  const mark = withoutFragment.indexOf("?");
  const base = mark < 0 ? withoutFragment : withoutFragment.slice(0, mark);
  const query = mark < 0 ? "" : withoutFragment.slice(mark + 1);
  return { scheme, base, parameters: [...new URLSearchParams(query)] };
}

function withParameters(base: string, parameters: ParsedUrl["parameters"]): string {
  const query = new URLSearchParams(parameters.map(([name, value]): [string, string] => [name, value])).toString();
  return query === "" ? base : `${base}?${query}`;
}

function gitAttributes({ base, parameters }: ParsedUrl): TreeAttributes {
  const attributes = new Map<string, string | boolean>([["type", "git"]]);
  const others: (readonly [string, string])[] = [];
  for (const [name, value] of parameters) {
    if (name === "rev" || name === "ref") attributes.set(name, value);
    else if (name === "shallow" || name === "submodules" || name === "allRefs") attributes.set(name, value === "1");
    else if (name === "narHash") attributes.set(name, plusOf(value));
    else others.push([name, value]);
  }
  return attributes.set("url", withParameters(base.replace(/^git\+/, ""), others));
}

function pathAttributes(url: string, { base, parameters }: ParsedUrl): TreeAttributes {
  const rest = base.slice("path:".length);
  const authority = /^\/\/([^/]*)/.exec(rest)?.[1];
  if (authority) throw new TreeInputError(`path URL '${url}' should not have an authority ('${authority}')`);
  const path = decodeURIComponent(rest.replace(/^\/\//, ""));
  const attributes = new Map<string, string | number>([
    ["type", "path"],
    ["path", path],
  ]);
  for (const [name, value] of parameters) {
    if (name === "rev" || name === "narHash") attributes.set(name, plusOf(value));
    else if (!numericParameters.has(name))
      throw new TreeInputError(`path URL '${url}' has unsupported parameter '${name}'`);
    else if (!/^\d+$/.test(value)) throw new TreeInputError(`path URL '${url}' has invalid parameter '${name}'`);
    else attributes.set(name, Number(value));
  }
  return attributes;
}

/** Queries have a space where the hash had a plus. */
function plusOf(value: string): string {
  return value.replaceAll(" ", "+");
}

function archiveAttributes({ scheme, base, parameters }: ParsedUrl): TreeAttributes {
  const [explicit, transport] = scheme.includes("+") ? scheme.split("+") : [undefined, scheme];
  const type = explicit ?? (archiveName.test(base) ? "tarball" : "file");
  const others = parameters.filter(([name]) => name !== "narHash");
  const narHash = parameters.find(([name]) => name === "narHash")?.[1];
  const url = withParameters(`${transport}${base.slice(scheme.length)}`, others);
  return new Map([
    ["type", type],
    ["url", url],
    ...(narHash === undefined ? [] : [["narHash", plusOf(narHash)] as const]),
  ]);
}

/** The input that a URL stands for. */
export function treeAttributesOfUrl(url: string): TreeAttributes {
  const parsed = parse(url);
  if (gitSchemes.has(parsed.scheme)) return gitAttributes(parsed);
  if (parsed.scheme === "path") return pathAttributes(url, parsed);
  if (/^((tarball|file)\+)?(http|https|file)$/.test(parsed.scheme)) return archiveAttributes(parsed);
  throw new TreeInputError(`input '${url}' is unsupported`);
}

const attributesOfType: ReadonlyMap<string, readonly string[]> = new Map([
  ["git", ["url", "ref", "rev", "shallow", "submodules", "allRefs", "name", "lastModified", "revCount", "narHash"]],
  ["tarball", ["url", "narHash", "name"]],
  ["file", ["url", "narHash", "name"]],
  ["path", ["path", "rev", "revCount", "lastModified", "narHash"]],
]);
const titles: Readonly<Record<string, string>> = { git: "Git" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: names of refs have none
const badRef = /\/\/|^[./-]|\/\.|\.\.|[\x00-\x20\x7f:?^~[\\*]|\.lock$|\.lock\/|@\{|[/.]$|^@$|^$/;

/** Fails for types, attributes and names of branches that no fetcher takes. */
export function requireTreeAttributes(attributes: TreeAttributes): void {
  const type = String(attributes.get("type"));
  const known = attributesOfType.get(type);
  if (!known)
    throw new TreeInputError(`cannot fetch unsupported input '${JSON.stringify(Object.fromEntries(attributes))}'`);
  for (const name of attributes.keys())
    if (name !== "type" && !known.includes(name))
      throw new TreeInputError(`unsupported ${titles[type] ?? type} input attribute '${name}'`);
  const required = type === "path" ? "path" : "url";
  textAttribute(attributes, required) ?? fail(`input attribute '${required}' is missing`);
  const ref = textAttribute(attributes, "ref");
  if (ref !== undefined && badRef.test(ref)) throw new TreeInputError(`invalid Git branch/tag name '${ref}'`);
}

function fail(message: string): never {
  throw new TreeInputError(message);
}

function attributeOf<Type extends "string" | "boolean" | "number">(
  attributes: TreeAttributes,
  name: string,
  type: Type,
  title: string,
): (Type extends "string" ? string : Type extends "boolean" ? boolean : number) | undefined {
  const value = attributes.get(name);
  if (value === undefined || typeof value === type) return value as never;
  throw new TreeInputError(`input attribute '${name}' is not ${title}`);
}

export function textAttribute(attributes: TreeAttributes, name: string): string | undefined {
  return attributeOf(attributes, name, "string", "a string");
}

export function booleanAttribute(attributes: TreeAttributes, name: string): boolean {
  return attributeOf(attributes, name, "boolean", "a Boolean") ?? false;
}

export function numberAttribute(attributes: TreeAttributes, name: string): number | undefined {
  return attributeOf(attributes, name, "number", "an integer");
}

/** A URL that shows the input, for messages. */
export function showTree(attributes: TreeAttributes): string {
  const type = attributes.get("type");
  if (type === "path") return `path:${attributes.get("path")}`;
  const url = String(attributes.get("url"));
  const parameters = ["ref", "rev", "narHash"].flatMap((name) => {
    const value = attributes.get(name);
    return typeof value === "string" ? [`${name}=${value}`] : [];
  });
  const prefix = type === "git" && !url.startsWith("git:") ? "git+" : "";
  return `${prefix}${url}${parameters.length > 0 ? `?${parameters.join("&")}` : ""}`;
}
