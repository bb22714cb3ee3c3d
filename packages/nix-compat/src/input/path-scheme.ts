import { type InputAttributes, parseInteger, requiredText } from "./input-attributes.ts";
import { InputError } from "./input-error.ts";
import type { InputScheme } from "./input-scheme.ts";
import { formatUrl, pathOfSegments, segmentsOfPath } from "./url.ts";

/** A directory of this machine. */
export const pathScheme: InputScheme = {
  name: "path",
  attributes: new Set(["path", "rev", "revCount", "lastModified", "narHash"]),
  fromUrl(url) {
    if (url.scheme !== "path") return undefined;
    if (url.authority)
      throw new InputError(`path URL '${formatUrl(url)}' should not have an authority ('${url.authority}')`);
    const attributes = new Map<string, string | number | bigint>([
      ["type", "path"],
      ["path", pathOfSegments(url.path)],
    ]);
    for (const [name, value] of url.query) {
      if (name === "rev" || name === "narHash") attributes.set(name, value);
      else if (name === "revCount" || name === "lastModified") {
        const number = parseInteger(value);
        if (number === undefined) throw new InputError(`path URL '${formatUrl(url)}' has invalid parameter '${name}'`);
        attributes.set(name, number);
      } else throw new InputError(`path URL '${formatUrl(url)}' has unsupported parameter '${name}'`);
    }
    return attributes;
  },
  check(attributes) {
    requiredText(attributes, "path");
    return attributes;
  },
  toUrl(attributes) {
    const path = segmentsOfPath(requiredText(attributes, "path"));
    return { scheme: "path", authority: undefined, path, query: parametersOf(attributes), fragment: "" };
  },
};

function parametersOf(attributes: InputAttributes): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const [name, value] of attributes)
    if (name !== "type" && name !== "path" && name !== "__final")
      parameters.set(name, typeof value === "boolean" ? (value ? "1" : "0") : String(value));
  return parameters;
}
