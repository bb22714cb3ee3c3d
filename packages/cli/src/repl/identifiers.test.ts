import { expect, test } from "vitest";
import { identifiersIn } from "./identifiers.ts";

test.each([
  ["a.b-c or d'", ["a", "b-c", "or", "d'"]],
  ['"${x}y"', ["x", "y"]],
  ["1x0x1f", ["x0x1f"]],
  ["''end''next", ["next"]],
  ["''${a}''b''c", ["a", "c"]],
])("identifiersIn(%s) lacks no variable", (text, names) => {
  expect([...identifiersIn(text)]).toEqual(expect.arrayContaining(names));
});
