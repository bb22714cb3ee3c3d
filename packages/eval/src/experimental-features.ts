/** Names of experimental features that change something in an evaluation here. */
export const heededFeatures: readonly string[] = [
  "ca-derivations",
  "dynamic-derivations",
  "fetch-tree",
  "flakes",
  "impure-derivations",
  "no-url-literals",
  "parse-toml-timestamps",
  "pipe-operators",
  "verified-fetches",
];

/** Those of Nix that change nothing here. */
const otherFeatures: readonly string[] = [
  "allow-unsafe-native-code-during-evaluation",
  "auto-allocate-uids",
  "blake3-hashes",
  "cgroups",
  "configurable-impure-env",
  "daemon-trust-override",
  "discard-references",
  "external-builders",
  "fetch-closure",
  "git-hashing",
  "local-overlay-store",
  "mounted-ssh-store",
  "nix-command",
  "read-only-local-store",
  "recursive-nix",
  "repl-automation",
  "repl-flake",
];

/** What is asked for and no feature of any Nix: probably misspelt. */
export function unknownFeatures(names: readonly string[]): readonly string[] {
  return names.filter((name) => !heededFeatures.includes(name) && !otherFeatures.includes(name));
}
