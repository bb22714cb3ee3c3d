import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { addText } from "@tvix-mesh/store";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";

const absent = "/nix/store/00000000000000000000000000000000-n";
let evaluator: TestEvaluator;
let present: string;

beforeEach(async () => {
  evaluator = await openTestEvaluator();
  present = (await addText(evaluator.services, "present", Buffer.from("text"), [])).storePath.absolute();
});
afterEach(() => evaluator[Symbol.asyncDispose]());

const withContext = (path: string) =>
  evaluator.evaluate(`let p = builtins.storePath ${path}; in [ p (builtins.attrNames (builtins.getContext p)) ]`);

describe("storePath", () => {
  it("refers to a path that is in the store, and refuses one that isn't", async () => {
    expect(await withContext(`"${present}"`)).toEqual([present, [present]]);
    await expect(withContext(`"${absent}"`)).rejects.toThrow("is not in the store");
  });

  it("follows symlinks that lead into the store, though this machine's has no such path", async () => {
    symlinkSync(present, join(evaluator.folder, "result"));
    mkdirSync(join(evaluator.folder, "links"));
    symlinkSync("../result", join(evaluator.folder, "links/relative"));
    expect(await withContext("./result")).toEqual([present, [present]]);
    expect(await withContext('(toString ./links + "/relative")')).toEqual([present, [present]]);
  });

  it.each(["/etc/passwd", "/etc/no-such-file", "/nix/store"])("refuses %s, which isn't in the store", async (path) => {
    await expect(withContext(path)).rejects.toThrow(`path '${path}' is not in the Nix store`);
  });

  it("believes in an absent path as long as nothing is stored, and not longer", async () => {
    writeFileSync(join(evaluator.folder, "absent.nix"), `builtins.storePath "${absent}"`);
    for (const readOnly of [true, false, true]) {
      const answer = evaluator.evaluate("import ./absent.nix", { readOnly });
      if (readOnly) expect(await answer).toBe(absent);
      else await expect(answer).rejects.toThrow("is not in the store");
    }
  });
});
