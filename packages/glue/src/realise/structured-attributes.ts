/**
 * The two files that hand structured attributes to a builder: `.attrs.json` as they are, `.attrs.sh` as far as bash can
 * express them. Source: Nix manual, "Advanced attributes", structuredAttrs.
 */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const isVariableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A value that fits one shell word; undefined if it doesn't. */
function shellWord(value: Json): string | undefined {
  if (typeof value === "string") return shellQuote(value);
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : undefined;
  if (value === null) return "''";
  if (typeof value === "boolean") return value ? "1" : "";
  return undefined;
}

function shellDeclaration(name: string, value: Json): string | undefined {
  const word = shellWord(value);
  if (word !== undefined) return `declare ${name}=${word}\n`;
  if (Array.isArray(value)) {
    const words = value.map(shellWord);
    return words.includes(undefined) ? undefined : `declare -a ${name}=(${words.map((item) => `${item} `).join("")})\n`;
  }
  if (typeof value !== "object") return undefined;
  const pairs = Object.entries(value as { readonly [key: string]: Json }).map(
    ([key, item]) => [key, shellWord(item)] as const,
  );
  if (pairs.some(([, item]) => item === undefined)) return undefined;
  return `declare -A ${name}=(${pairs.map(([key, item]) => `[${shellQuote(key)}]=${item} `).join("")})\n`;
}

export interface StructuredAttributeFiles {
  readonly json: string;
  readonly shell: string;
}

/** `json` is the derivation's `__json`; `outputs` maps each output's name to its path. */
export function structuredAttributeFiles(json: string, outputs: ReadonlyMap<string, string>): StructuredAttributeFiles {
  const attributes = { ...JSON.parse(json), outputs: Object.fromEntries(outputs) } as { readonly [key: string]: Json };
  const shell = Object.entries(attributes)
    .filter(([name]) => isVariableName.test(name))
    .map(([name, value]) => shellDeclaration(name, value) ?? "")
    .join("");
  return { json: JSON.stringify(attributes), shell };
}
