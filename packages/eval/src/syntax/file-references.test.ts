import { describe, expect, it } from "vitest";
import { findFileReferences } from "./file-references.ts";

function pathsOf(text: string): readonly string[] {
  return findFileReferences(text).paths.map(({ text: path, isPrefix }) => (isPrefix ? `${path}*` : path));
}

describe("findFileReferences()", () => {
  it.each([
    ["import ./a.nix { src = ./.; }", ["./a.nix", "./."]],
    ['"${./a}b" + x', ["./a"]],
    ['./. + "/x"', ["././x"]],
    ["./. + x", ["./.*"]],
    ["./a/${x}/b.nix", ["./a/*"]],
    ['./a + "/b" + import ./c', ["./a/b*", "./c"]],
    ['{ a.b = [ ../x ]; } // rec { inherit (import ~/y) z; "${toString /abs/d}" = 1; }', ["../x", "/abs/d", "~/y"]],
    [
      "{ x ? ./default.nix }: let y = x; in with y; assert x == ./b; if ! y ? ${./c} then 1 else - ./d.nix",
      ["./default.nix", "./b", "./c", "./d.nix"],
    ],
  ])("finds the paths of %s", (text, expected) => {
    expect([...pathsOf(text)].sort()).toEqual([...expected].sort());
  });

  it("finds names of the search path", () => {
    expect(findFileReferences("import <nixpkgs/lib> + <x>").searched).toEqual(["nixpkgs/lib", "x"]);
  });

  it("looks once at what many names are inherited from", () => {
    let text = "import ./a";
    for (let depth = 0; depth < 40; depth++) text = `{ inherit (${text}) a b; }`;
    expect(pathsOf(text)).toEqual(["./a"]);
  });

  it("refuses what is no expression", () => {
    expect(() => findFileReferences("import ./a )")).toThrow();
  });
});
