import { type InputAttributes, revisionAttribute, textAttribute } from "./input-attributes.ts";
import type { Url } from "./url.ts";

/** The query of a URL with the revision and the branch or tag that the attributes name. */
export function revisionQuery({ query }: Url, attributes: InputAttributes): Map<string, string> {
  const result = new Map(query);
  const rev = revisionAttribute(attributes);
  if (rev !== undefined) result.set("rev", rev);
  const ref = textAttribute(attributes, "ref");
  if (ref !== undefined) result.set("ref", ref);
  return result;
}
