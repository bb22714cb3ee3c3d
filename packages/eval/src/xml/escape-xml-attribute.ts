const REPLACEMENTS: Readonly<Record<string, string>> = {
  '"': "&quot;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\n": "&#xA;",
};

const SPECIAL = /["&<>\n]/;

/** The text between the quotes of an attribute as `toXML` writes it; every byte but five characters stands for itself. */
export function escapeXmlAttribute(text: string): string {
  if (!SPECIAL.test(text)) return text;
  return text.replace(/["&<>\n]/g, (character) => REPLACEMENTS[character] ?? character);
}
