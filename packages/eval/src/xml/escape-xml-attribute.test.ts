import { expect, it } from "vitest";
import { escapeXmlAttribute } from "./escape-xml-attribute.ts";

it("escapeXmlAttribute escapes markup and line feeds, and nothing else", () => {
  expect(escapeXmlAttribute("a<b>&\"c'\n\t\r\x01\xc3\xa9")).toBe("a&lt;b&gt;&amp;&quot;c'&#xA;\t\r\x01\xc3\xa9");
});
