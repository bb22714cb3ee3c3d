import { requiredText, textAttribute } from "./input-attributes.ts";
import { UrlError } from "./input-error.ts";
import type { InputScheme } from "./input-scheme.ts";
import { revisionQuery } from "./revision-query.ts";
import { formatUrl, parseUrl } from "./url.ts";

const schemes = new Set(["hg+http", "hg+https", "hg+ssh", "hg+file"]);

export const mercurialScheme: InputScheme = {
  name: "hg",
  attributes: new Set(["url", "ref", "rev", "revCount", "narHash", "name"]),
  fromUrl(url) {
    if (!schemes.has(url.scheme)) return undefined;
    const attributes = new Map([["type", "hg"]]);
    const query = new Map(url.query);
    for (const name of ["rev", "ref"]) {
      const value = query.get(name);
      if (value !== undefined) attributes.set(name, value);
      query.delete(name);
    }
    return attributes.set("url", formatUrl({ ...url, scheme: url.scheme.slice("hg+".length), query }));
  },
  check(attributes) {
    parseUrl(requiredText(attributes, "url"));
    const ref = textAttribute(attributes, "ref");
    if (ref !== undefined && !/^[a-zA-Z0-9@][a-zA-Z0-9_./@+-]*$/.test(ref))
      throw new UrlError(`invalid Mercurial branch/tag name '${ref}'`);
    return attributes;
  },
  toUrl(attributes) {
    const url = parseUrl(requiredText(attributes, "url"));
    return { ...url, scheme: `hg+${url.scheme}`, query: revisionQuery(url, attributes) };
  },
};
