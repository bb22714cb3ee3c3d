/** What stands between the two words of an option that takes two. No argument of a process can hold it. */
export const pairSeparator = "\0";

const pairOptions = new Set(["--arg", "--argstr"]);

/**
 * Joins the two words after `--arg` and `--argstr` into one, because the argument parser knows only options of one
 * word. A pair that lacks a word stays as it is. Nothing behind `--` is touched.
 */
export function foldPairs(words: readonly string[]): string[] {
  const folded: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    if (word === "--") return [...folded, ...words.slice(index)];
    folded.push(word);
    const [first, second] = words.slice(index + 1, index + 3);
    if (!pairOptions.has(word) || first === undefined || second === undefined) continue;
    folded.push(`${first}${pairSeparator}${second}`);
    index += 2;
  }
  return folded;
}
