import { decodeByteString } from "@tvix-mesh/eval";
import type { Derivation } from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service";
import type { OutputRequest } from "../fetchers/fetcher.ts";
import type { FixedAddress } from "./fixed-output.ts";

/** The builder that is no program: the evaluator itself downloads. */
export const fetchurlBuilder = "builtin:fetchurl";

type Attributes = (name: string) => string | undefined;

/** As strings, also where the derivation has its attributes as JSON. */
function attributesOf({ env }: Derivation): Attributes {
  const json = env.get("__json");
  if (json === undefined) return (name) => env.get(name);
  const parsed = JSON.parse(json) as Readonly<Record<string, unknown>>;
  return (name) => {
    const value = parsed[name];
    if (value === undefined || value === null || value === false) return undefined;
    if (value === true) return "1";
    return Array.isArray(value) ? value.join(" ") : String(value);
  };
}

/** What a derivation with that builder wants to have downloaded. `invalid-argument` if it doesn't say from where. */
export function fetchurlRequest(drvPath: string, derivation: Derivation, address: FixedAddress): OutputRequest {
  const attribute = attributesOf(derivation);
  const listed = (attribute("urls") ?? "").split(/\s+/).filter((url) => url !== "");
  const main = attribute("url");
  const urls = [...new Set(main ? [main, ...listed] : listed)].map(decodeByteString);
  if (urls.length === 0) throw new ServiceError("invalid-argument", `Cannot build ${drvPath}: attribute 'url' missing`);
  return {
    urls,
    unpack: attribute("unpack") === "1",
    executable: attribute("executable") === "1",
    flatHash: address.method === "flat" ? address.hash : undefined,
  };
}
