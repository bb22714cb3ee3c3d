/** What stands between words that are folded into one. No argument of a process can hold it. */
export const pairSeparator = "\0";

const pairOptions = new Set(["--arg", "--argstr"]);

/**
 * Writes `--arg NAME EXPRESSION` and `--argstr NAME STRING` as one option of one word, because the argument parser
 * knows no others, and so that their order, by which the last of a name counts, isn't lost. The word is the option, the
 * name and the value between separators. An option that lacks a word stays as it is. Nothing behind `--` is touched.
 */
export function foldPairs(words: readonly string[]): string[] {
  const folded: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    const [name, value] = words.slice(index + 1, index + 3);
    if (word === "--") return [...folded, ...words.slice(index)];
    if (pairOptions.has(word) && name !== undefined && value !== undefined) {
      folded.push("--arg", [word, name, value].join(pairSeparator));
      index += 2;
    } else folded.push(word);
  }
  return folded;
}
