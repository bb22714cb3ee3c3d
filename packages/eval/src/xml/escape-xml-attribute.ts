const REPLACEMENTS: Readonly<Record<string, string>> = {
  '"': "&quot;",
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "\n": "&#xA;",
};

/** The text between the quotes of an attribute as `toXML` writes it; every byte but five characters stands for itself. */
export function escapeXmlAttribute(text: string): string {
  return text.replace(/["&<>\n]/g, (character) => REPLACEMENTS[character] ?? character);
}
