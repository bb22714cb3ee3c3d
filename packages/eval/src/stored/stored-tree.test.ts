import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { bind } from "../bind/bind.ts";
import { readLanguageCases } from "../language-cases.ts";
import { parse } from "../syntax/parser.ts";
import { PositionTable, SourceFile } from "../syntax/position-table.ts";
import { type Node, type SlotScope, slotExpression } from "../syntax/syntax-tree.ts";
import { byteStringFromBytes } from "../values/byte-string.ts";
import { storedTreeFormat } from "./stored-tree.ts";
import { readTree } from "./tree-reader.ts";
import { writeTree } from "./tree-writer.ts";

const globals = new Set(["builtins", "true", "false", "null", "import", "map", "throw", "toString", "__sub"]);
for (const name of ["__add", "__mul", "__div", "__lessThan", "derivation", "abort", "removeAttrs"]) globals.add(name);

function parseAndBind(source: SourceFile): Node {
  const root = parse(source, { pipeOperators: true });
  bind(root, undefined, globals);
  return root;
}

/** What a tree is made of, and what of it is one object, whatever it was made by. */
function contentOf(root: unknown): unknown {
  const seen = new Map<object, number>();
  const visit = (value: unknown): unknown => {
    if (typeof value !== "object" || value === null) return value;
    const known = seen.get(value);
    if (known !== undefined) return { same: known };
    seen.set(value, seen.size);
    if (Array.isArray(value)) return Array.from(value, visit);
    if (value instanceof Map) {
      const entries = [...(value as Map<string, unknown>)].sort(([left], [right]) => (left < right ? -1 : 1));
      return entries.map(([name, definition]) => [name, visit(definition)]);
    }
    if ("deferreds" in value) return visitScope(value as SlotScope);
    const fields = fieldsOf[(value as Node).kind] ?? Object.keys(value);
    return fields.map((field) => [field, visit((value as Record<string, unknown>)[field])]);
  };
  const visitScope = (scope: SlotScope): unknown => ({
    isFixed: scope.isFixed,
    expressions: Array.from(scope.expressions, (_, slot) => slot > 0 && visit(slotExpression(scope, slot))),
  });
  return visit(root);
}

/** Of those nodes that have more than the parser gave them. */
const fieldsOf: Partial<Record<Node["kind"], readonly string[]>> = {
  attributes: ["kind", "position", "isRecursive", "definitions", "dynamic", "sources", "layout"],
  "inherit-source": ["kind", "expression", "reference"],
  lambda: ["kind", "position", "argument", "formals", "hasEllipsis", "name", "scope", "body"],
};

function expectSameTree(text: string): void {
  const positions = new PositionTable();
  positions.add("something before", "1 + 1");
  const source = positions.add("test", text);
  let root: Node;
  try {
    root = parseAndBind(source);
  } catch {
    // What is wrong has no tree.
    return;
  }
  const bytes = writeTree(root, source) as Uint8Array;
  const elsewhere = new SourceFile("test", text, source.base + 1000);
  expect(contentOf(readTree(bytes, elsewhere))).toEqual(contentOf(parseAndBind(elsewhere)));
}

const sample = `
{ lib, pkgs ? import ./x.nix { inherit lib; }, ... }@args: with lib; let
  inherit (args) a "b c"; inherit pkgs;
  f = x: y: { z ? 1, w ? z }: x.\${y}.k or (x ? "\${y}".z && !w || z -> w);
  rec1 = rec { __overrides = { }; inherit (lib) q; p = q; "0" = -1; \${f} = p; n.m.o = 1; n.m.p = 2; "\${"7"}" = 7; };
  let1 = let { body = [ 1 2.5 9223372036854775807 5000000000 "s" ./p ~/h <n/m> x:y __curPos ]; };
in assert a != null; if 1 < 2 then "é\${a}" + ''x\${toString 1}'' else a // { inherit (a) b; inherit c; }
  ++ (d |> f) ++ [ (3 - 1 * 2 / 3 >= 4) (1 <= 5) (2 > 1) (a == 1) ]`;

describe("a stored tree", () => {
  it("has all kinds of nodes", () => expectSameTree(sample));

  it.each(readLanguageCases().map(({ category, name, file }) => [`${category}/${name}`, file]))("of %s", (_, file) => {
    expectSameTree(byteStringFromBytes(readFileSync(file as string)));
  });

  it("isn't made of what is nested too deeply to be written", () => {
    const depth = 20_000;
    let node: Node = { kind: "integer", value: 1 };
    for (let level = 0; level < depth; level++) node = { kind: "not", operand: node };
    expect(writeTree(node, new SourceFile("test", "1", 1))).toBeUndefined();
  });

  it("is read only if it has the length that it says", () => {
    const source = new SourceFile("test", "x: [ x ]", 1);
    const bytes = writeTree(parseAndBind(source), source) as Uint8Array;
    for (const length of [0, 8, 12, bytes.length - 1]) expect(readTree(bytes.slice(0, length), source)).toBeUndefined();
  });

  it("is the same as ever: whoever changes its bytes raises storedTreeFormat", () => {
    const source = new SourceFile("test", sample, 1);
    const digest = createHash("sha256").update(writeTree(parseAndBind(source), source) ?? "");
    expect([storedTreeFormat, digest.digest("hex")]).toEqual([
      2,
      "ceaa31ee3512be53f714484fd97499366188c4c16742ca195507bcfcc571fd86",
    ]);
  });
});
