import { expect, it } from "vitest";
import { splitSearchPath } from "./search-path.ts";

it.each([
  ["", []],
  ["/a:/b", ["/a", "/b"]],
  ["nixpkgs=/a:b=/c/d::/e", ["nixpkgs=/a", "b=/c/d", "/e"]],
  ["n=https://h/x.tar.gz:/b", ["n=https://h/x.tar.gz", "/b"]],
  ["https://h/x:/b", ["https://h/x", "/b"]],
])("splitSearchPath cuts %j at the colons between entries", (text, entries) => {
  expect(splitSearchPath(text)).toEqual(entries);
});
