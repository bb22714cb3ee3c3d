import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { StorePath } from "@tvix-mesh/nix-compat";
import { addText } from "@tvix-mesh/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";

let evaluator: TestEvaluator;
/** A text of the store. */
let needed: string;

beforeEach(async () => {
  evaluator = await openTestEvaluator();
  needed = await store("needed", "needed");
});
afterEach(() => evaluator[Symbol.asyncDispose]());

/** Puts a text into the store as somebody else would have, and answers its path. */
async function store(name: string, text: string, references: readonly string[] = []): Promise<string> {
  const parsed = references.map((path) => StorePath.parseAbsolute(path));
  return (await addText(evaluator.services, name, Buffer.from(text), parsed)).storePath.absolute();
}

const contextOf = (file: string) =>
  evaluator.evaluate(`builtins.attrNames (builtins.getContext (builtins.readFile ${file}))`);

describe("readFile", () => {
  it("refers to what a text of the same program refers to", async () => {
    const text = 'builtins.toFile "a" "${builtins.toFile "b" "x"}"';
    expect(await contextOf(`(${text})`)).toEqual([await evaluator.evaluate('builtins.toFile "b" "x"')]);
  });

  it("refers to those references of a path in the store that occur in the text", async () => {
    const unnamed = await store("unnamed", "unnamed");
    const file = await store("file", `uses ${needed} and /nix/store/00000000000000000000000000000000-x`, [
      needed,
      unnamed,
    ]);
    expect(await contextOf(`"${file}"`)).toEqual([needed]);
    expect(await contextOf(`"${await store("bare", needed)}"`)).toEqual([]);
  });

  it("refers to what a derivation needs that its file names", async () => {
    const make = 'name: input: derivation { inherit name input; system = "s"; builder = "b"; }';
    const program = `let make = ${make}; inner = make "inner" ${needed}; outer = make "outer" inner.outPath;`;
    const read = "builtins.readFile outer.drvPath";
    const found = `builtins.attrNames (builtins.getContext (${read})) == [ (builtins.unsafeDiscardStringContext inner.drvPath) ]`;
    expect(await evaluator.evaluate(`${program} in ${found}`)).toBe(true);
  });

  it("makes a derivation need what the text names", async () => {
    const file = await store("file", `uses ${needed}`, [needed]);
    const derivation = `derivation { name = "n"; system = "s"; builder = "b"; text = builtins.readFile "${file}"; }`;
    const written = await evaluator.evaluate(`builtins.readFile (${derivation}).drvPath`);
    expect(written).toContain(`["${needed}"],"s","b"`);
  });

  it("refers to the same in a value that is kept, and it can be built from", async () => {
    const text = 'builtins.readFile (builtins.toFile "a" "${builtins.toFile "b" "x"}")';
    writeFileSync(join(evaluator.folder, "text.nix"), text);
    const make = (name: string) =>
      `derivation { name = "${name}"; system = "s"; builder = "b"; text = import ./text.nix; }`;
    for (const name of ["first", "second"]) {
      const written = await evaluator.evaluate(`builtins.readFile (${make(name)}).drvPath`);
      expect(written).toContain('-b"],"s","b"');
    }
  });

  it("refers to nothing outside of the store", async () => {
    writeFileSync(join(evaluator.folder, "copy"), `uses ${needed}`);
    expect(await contextOf("./copy")).toEqual([]);
  });
});
