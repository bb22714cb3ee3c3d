import type { InputAttributes } from "./input-attributes.ts";
import type { Url } from "./url.ts";

export interface UrlReading {
  /** Whether the input must be a tree: then what HTTP serves is an archive, whatever its name. */
  readonly requiresTree: boolean;
}

/** One kind of input: what it is told by, as attributes and as a URL. Throws InputErrors. */
export interface InputScheme {
  /** The attribute `type`. */
  readonly name: string;
  /** The other attributes that there may be. */
  readonly attributes: ReadonlySet<string>;
  /** Attributes that need the experimental feature `verified-fetches`. */
  readonly verifying?: ReadonlySet<string>;
  /** What a URL of this kind says, unchecked; undefined for a URL of another kind. */
  fromUrl(url: Url, reading: UrlReading): InputAttributes | undefined;
  /** Checks what must be there, and answers the attributes in their usual form. */
  check(attributes: InputAttributes): InputAttributes;
  toUrl(attributes: InputAttributes): Url;
}
