import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Parts of a printed value, each with the colour that `nix repl` gives it. The names of attributes have none. */
const styles: readonly (readonly [pattern: RegExp, style: Style | undefined])[] = [
  [/(?:"(?:\\.|[^"\\])*"|[a-zA-Z_][a-zA-Z0-9_'-]*)(?= = )/y, undefined],
  [/"(?:\\.|[^"\\])*"/y, ["bold", "magenta"]],
  [/«error: (?:«[^»]*»|[^«»])*»/y, "red"],
  [/«(?:lambda|primop-app)(?:«[^»]*»|[^«»])*»/y, ["bold", "blue"]],
  [/«primop»/y, ["bold", "magenta"]],
  [/«[^»]*»/y, undefined],
  [/(?:true|false|null)(?=[\s;]|$)/y, ["bold", "cyan"]],
  [/-?[0-9][0-9.e+-]*(?=[\s;]|$)/y, ["bold", "cyan"]],
  [/\/[^\s;]+/y, ["bold", "green"]],
];

/** Without what would move the cursor or colour what follows. */
function harmless(text: string): string {
  return text.replace(/[^\t\n\P{Cc}]/gu, "\ufffd");
}

/** A printed value with colours, for a terminal. */
export function colourValue(printed: string): string {
  const text = harmless(printed);
  let coloured = "";
  let at = 0;
  outer: while (at < text.length) {
    for (const [pattern, style] of styles) {
      pattern.lastIndex = at;
      const found = pattern.exec(text)?.[0];
      if (found === undefined) continue;
      coloured += style === undefined ? found : styleText(style, found, { validateStream: false });
      at += found.length;
      continue outer;
    }
    coloured += text[at++];
  }
  return coloured;
}
