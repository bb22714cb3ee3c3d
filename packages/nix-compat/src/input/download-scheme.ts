import { narHashAttribute, parseInteger, requiredText } from "./input-attributes.ts";
import type { InputScheme } from "./input-scheme.ts";
import { formatUrl, parseUrl, splitScheme } from "./url.ts";

const transports = new Set(["file", "http", "https"]);
const archiveName = /\.(zip|tar|tgz|tar\.gz|tar\.xz|tar\.bz2|tar\.zst)$/;
const attributeNames = new Set(["url", "narHash", "name", "unpack", "rev", "revCount", "lastModified"]);

/** A file that is downloaded, or an archive that is unpacked then. */
export function createDownloadScheme(name: "file" | "tarball"): InputScheme {
  return {
    name,
    attributes: attributeNames,
    fromUrl(url, { requiresTree }) {
      const { application, transport } = splitScheme(url.scheme);
      if (!transports.has(transport)) return undefined;
      const implied = requiresTree || archiveName.test(url.path.at(-1) ?? "") ? "tarball" : "file";
      if ((application ?? implied) !== name) return undefined;
      const attributes = new Map<string, string | number | bigint>([["type", name]]);
      // What is a server's business stays in the URL.
      const query = new Map([...url.query].filter(([parameter]) => !attributeNames.has(parameter)));
      for (const parameter of ["narHash", "rev"]) {
        const value = url.query.get(parameter);
        if (value !== undefined) attributes.set(parameter, value);
      }
      for (const parameter of ["revCount", "lastModified"]) {
        const number = parseInteger(url.query.get(parameter) ?? "");
        if (number !== undefined) attributes.set(parameter, number);
      }
      return attributes.set("url", formatUrl({ ...url, scheme: transport, query }));
    },
    check: (attributes) => attributes,
    toUrl(attributes) {
      const url = parseUrl(requiredText(attributes, "url"));
      const narHash = narHashAttribute(attributes);
      return narHash === undefined ? url : { ...url, query: new Map([...url.query, ["narHash", narHash]]) };
    },
  };
}
