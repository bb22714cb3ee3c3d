import { addText } from "@tvix-mesh/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";

let evaluator: TestEvaluator;

beforeEach(async () => {
  evaluator = await openTestEvaluator();
});
afterEach(() => evaluator[Symbol.asyncDispose]());

const make = (name: string, input: string) =>
  `(derivation { name = "${name}"; system = "s"; builder = "b"; outputs = [ "out" "dev" ]; input = ${input}; })`;

/** Stores the `.drv` files that another evaluator makes of a program, but for one, and answers the last one's path. */
async function storeElsewhere(program: string, without?: string): Promise<string> {
  await using other = await openTestEvaluator();
  const printed = await other.evaluate(`(${program}).drvPath`);
  await other.evaluate(`builtins.readFile (${program}).drvPath`);
  for await (const { storePath, references } of other.services.pathInfos.list()) {
    if (storePath.name === without) continue;
    const contents = await other.evaluate(`builtins.readFile ${storePath.absolute()}`);
    await addText(evaluator.services, storePath.name, Buffer.from(String(contents)), references);
  }
  return String(printed);
}

describe("import of a .drv file", () => {
  it("gives the first output of a derivation of the same program, with all others", async () => {
    const drv = make("n", '"x"');
    const found = await evaluator.evaluate(`
      let drv = ${drv}; imported = import drv.drvPath; in {
        isSame = map (output: imported.\${output}.outPath == drv.\${output}.outPath) [ "out" "dev" ];
        names = map builtins.attrNames ([ imported ] ++ imported.all);
        plain = { inherit (imported) name type outputName; };
        contexts = map (text: builtins.attrValues (builtins.getContext text)) [ imported.drvPath imported.outPath imported.name ];
        unused = (import (builtins.unsafeDiscardStringContext drv.drvPath)).dev.out.outputName;
      }`);
    const names = ["all", "dev", "drvPath", "name", "out", "outPath", "outputName", "type"];
    expect(found).toEqual({
      isSame: [true, true],
      names: [names, names, names],
      plain: { name: "n", type: "derivation", outputName: "dev" },
      contexts: [[{ allOutputs: true }], [{ outputs: ["dev"] }], []],
      unused: "out",
    });
  });

  it("makes one of the store an input like any other", async () => {
    const outer = make("outer", make("inner", '"x"'));
    const path = await storeElsewhere(outer);
    const needing = (drv: string) => evaluator.evaluate(`${make("last", `(${drv}).outPath`)}.outPath`);
    expect(await needing(`import ${path}`)).toBe(await needing(`${outer}.dev`));
  });

  it("refuses one whose outputs are not its own", async () => {
    const drvPath = await evaluator.evaluate(`${make("n", '"x"')}.drvPath`);
    const written = String(await evaluator.evaluate(`builtins.readFile ${make("n", '"x"')}.drvPath`));
    const forged = written.replace('("input","x")', '("input","y")');
    const { storePath } = await addText(evaluator.services, "n.drv", Buffer.from(forged), []);
    expect(storePath.absolute()).not.toBe(drvPath);
    await expect(evaluator.evaluate(`(import ${storePath.absolute()}).outPath`)).rejects.toThrow("Cannot import");
  });

  it("gives one whose inputs are missing, but nothing can be built of it", async () => {
    const outer = make("outer", make("inner", '"x"'));
    const path = await storeElsewhere(outer, "inner.drv");
    const imported = `(import ${path}).outPath`;
    const outPath = await evaluator.evaluate(imported);
    await expect(evaluator.evaluate(`${make("last", imported)}.outPath`)).rejects.toThrow("Cannot use derivation");
    await expect(evaluator.evaluate(`builtins.readFile ${imported}`)).rejects.toThrow("Cannot use derivation");
    expect(await evaluator.evaluate(`${outer}.dev.outPath`)).toBe(outPath);
  });

  it("fails for what isn't there, and leaves other files of the store what they are", async () => {
    const absent = "/nix/store/00000000000000000000000000000000-n.drv";
    await expect(evaluator.evaluate(`import ${absent}`)).rejects.toThrow("No such file");
    expect(await evaluator.evaluate('import (builtins.toFile "default.nix" "1 + 1")')).toBe(2);
  });
});
