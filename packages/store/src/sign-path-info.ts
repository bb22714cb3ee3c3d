import type { SigningKey } from "@tvix-mesh/nix-compat";
import { type PathInfo, pathInfoFingerprint } from "./path-info.ts";

/** Adds a signature of each key, in place of those that bear its name. */
export function signPathInfo(pathInfo: PathInfo, keys: readonly SigningKey[]): PathInfo {
  if (keys.length === 0) return pathInfo;
  const names = new Set(keys.map((key) => key.name));
  const fingerprint = pathInfoFingerprint(pathInfo);
  const others = pathInfo.signatures.filter(({ name }) => !names.has(name));
  return { ...pathInfo, signatures: [...others, ...keys.map((key) => key.sign(fingerprint))] };
}
