import { versionComponents } from "./version-components.ts";

/** The components that `compareVersions` compares, in order. */
export function splitVersion(version: string): string[] {
  return [...versionComponents(version)];
}
