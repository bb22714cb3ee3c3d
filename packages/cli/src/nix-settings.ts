/** Nix's settings that are options of ours, each by the option's name; the others change nothing here. */
const flags: ReadonlySet<string> = new Set(["pure-eval", "restrict-eval", "show-trace"]);
const valued: ReadonlySet<string> = new Set([
  "allowed-uris",
  "experimental-features",
  "extra-experimental-features",
  "lint-absolute-path-literals",
  "lint-short-path-literals",
  "lint-url-literals",
  "max-call-depth",
]);

function optionWords(name: string, value: string): readonly string[] {
  if (flags.has(name)) return value === "true" ? [`--${name}`] : [];
  // An older name of one level of a lint.
  if (name === "warn-short-path-literals") return value === "true" ? ["--lint-short-path-literals", "warn"] : [];
  return valued.has(name) ? [`--${name}`, value] : [];
}

/** Writes `--option NAME VALUE`, which sets a setting of Nix, as the option that we have for it, if we do. */
export function expandSettings(words: readonly string[]): string[] {
  const expanded: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [name, value] = words.slice(index + 1, index + 3);
    if (word === "--") return [...expanded, ...words.slice(index)];
    if (word === "--option" && name !== undefined && value !== undefined) {
      expanded.push(...optionWords(name, value));
      index += 2;
    } else expanded.push(word);
  }
  return expanded;
}
