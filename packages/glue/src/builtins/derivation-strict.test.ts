import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openTestEvaluator, type TestEvaluator } from "../fetchers/testing/open-evaluator.ts";
import { createRealNix, hasNix, type RealNix } from "../fetchers/testing/real-nix.ts";

const features = ["ca-derivations", "impure-derivations"];
let evaluator: TestEvaluator;
let plain: TestEvaluator;
let nix: RealNix;

beforeAll(async () => {
  evaluator = await openTestEvaluator({ experimentalFeatures: features });
  plain = await openTestEvaluator();
  nix = createRealNix();
});

afterAll(async () => {
  await evaluator[Symbol.asyncDispose]();
  await plain[Symbol.asyncDispose]();
  rmSync(nix.folder, { recursive: true, force: true });
});

const common = 'name = "a"; system = "x"; builder = "y";';

function derivation(attributes: string): string {
  return `derivation { ${common} ${attributes} }`;
}

describe.skipIf(!hasNix)("paths are those that Nix 2.8 calculates", () => {
  test.each([
    "__impure = true;",
    "__impure = false;",
    "__contentAddressed = false;",
    '__impure = true; outputs = [ "out" "dev" ]; outputHashAlgo = "sha1"; outputHashMode = "flat";',
    "__impure = true; __structuredAttrs = true; number = 1;",
    '__impure = true; outputHashAlgo = "sha256"; outputHash = "0000000000000000000000000000000000000000000000000000";',
    "__contentAddressed = true; __structuredAttrs = true; list = [ 1 2 ];",
    "__structuredAttrs = false;",
    '__structuredAttrs = false; __ignoreNulls = true; nothing = null; outputHashMode = "recursive";',
    'outputHashAlgo = "unknown"; outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";',
    '__contentAddressed = true; outputHashAlgo = "unknown";',
    '__structuredAttrs = true; outputHashMode = "recursive"; outputHash = "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";',
  ])("%s", async (attributes) => {
    const expression = `let d = ${derivation(attributes)}; in [ d.drvPath d.outPath ]`;
    const options = ["--option", "experimental-features", features.join(" ")];
    expect(await evaluator.evaluate(expression)).toEqual(await nix.evaluate(expression, options));
  });

  test("a derivation that needs an impure one", async () => {
    const expression = `(${derivation(`input = ${derivation("__impure = true;")};`)}).outPath`;
    const options = ["--option", "experimental-features", features.join(" ")];
    expect(await evaluator.evaluate(expression)).toEqual(await nix.evaluate(expression, options));
  });
});

describe("derivationStrict refuses", () => {
  test.each([
    ['outputs = [ "drvPath" ];', "invalid derivation output name 'drvPath'"],
    ['outputs = "out drv";', "invalid derivation output name 'drv'"],
    ['__impure = "true";', "Boolean"],
    ["__impure = true; __contentAddressed = true;", "both content-addressed and impure"],
    ['outputHashMode = "unknown";', "invalid value 'unknown' for 'outputHashMode'"],
    ['outputHashMode = "text";', "experimental feature 'dynamic-derivations' is disabled"],
    ['outputHashMode = "git";', "experimental feature 'git-hashing' is disabled"],
    ['outputHashAlgo = "unknown"; outputHash = "";', "its algorithm must be given"],
    ['__structuredAttrs = true; outputHashAlgo = builtins.toFile "a" "b";', "not allowed to refer to a store path"],
  ])("%s", async (attributes, reason) => {
    await expect(evaluator.evaluate(`(derivationStrict { ${common} ${attributes} }).drvPath`)).rejects.toThrow(reason);
  });

  test.each([
    ["__impure", "impure-derivations"],
    ["__contentAddressed", "ca-derivations"],
  ])("%s without its feature", async (attribute, feature) => {
    const expression = `(${derivation(`${attribute} = true;`)}).drvPath`;
    await expect(plain.evaluate(expression)).rejects.toThrow(`experimental feature '${feature}' is disabled`);
  });
});
