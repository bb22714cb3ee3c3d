/**
 * Every name that can be a variable in a text, and more: words of strings and comments are among them. A name never
 * lacks, so what isn't among them isn't used.
 */
export function identifiersIn(text: string): ReadonlySet<string> {
  const found = new Set<string>();
  for (const [word] of text.matchAll(/[a-zA-Z_][a-zA-Z0-9_'-]*/g)) {
    found.add(word);
    // The quotes may end an indented string, and then a name begins behind them.
    for (const { index } of word.matchAll(/(?<='')[a-zA-Z_]/g)) found.add(word.slice(index));
  }
  return found;
}
