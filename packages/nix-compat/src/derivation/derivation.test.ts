import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { FormatError } from "../format-error.ts";
import { StorePath } from "../store-path.ts";
import { calculateOutputPaths } from "./calculate-output-paths.ts";
import { type Derivation, type DerivationOutput, derivationKind } from "./derivation.ts";
import { derivationPath } from "./derivation-path.ts";
import { type DerivationJson, derivationToJson } from "./derivation-to-json.ts";
import { type DerivationHash, hashDerivationModulo } from "./hash-derivation-modulo.ts";
import { instantiateDerivation } from "./instantiate-derivation.ts";
import { parseDerivation } from "./parse-derivation.ts";
import { validateDerivation } from "./validate-derivation.ts";
import { writeDerivation } from "./write-derivation.ts";

/** Made by Nix from fixtures.nix. */
const fixtures = new URL("fixtures/", import.meta.url);
const written = new Map(
  readdirSync(fixtures)
    .filter((file) => file.endsWith(".drv"))
    .map((file) => [`/nix/store/${file}`, readFileSync(new URL(file, fixtures), "latin1")]),
);
const paths = [...written.keys()];
const parsed = (path: string) => parseDerivation(written.get(path)!);
const nameOf = (path: string) => StorePath.parseAbsolute(path).name.slice(0, -".drv".length);
const byName = (name: string) => parsed(paths.find((path) => nameOf(path) === name)!);
const lookUp = (path: string): DerivationHash => hashDerivationModulo(parsed(path), lookUp);

/** As an evaluator has it before the paths are known, all in the wrong order. */
function withoutPaths(derivation: Derivation): Derivation {
  const reversed = <Value>(map: ReadonlyMap<string, Value>) => [...map].reverse();
  const clear = ([name, output]: [string, DerivationOutput]) => [name, { ...output, path: "" }] as const;
  return {
    ...derivation,
    outputs: new Map(reversed(derivation.outputs).map(clear)),
    inputDrvs: new Map(reversed(derivation.inputDrvs).map(([path, names]) => [path, [...names, ...names].reverse()])),
    inputSrcs: [...derivation.inputSrcs, ...derivation.inputSrcs].reverse(),
    env: new Map(reversed(derivation.env).filter(([name]) => !derivation.outputs.has(name))),
  };
}

describe.each(paths)("%s", (path) => {
  it("is written as it was read, and is valid", () => {
    const derivation = parsed(path);
    expect(writeDerivation(derivation)).toBe(written.get(path));
    expect(() => validateDerivation(derivation)).not.toThrow();
  });

  it("gets the output paths, variables and path that Nix gave it", () => {
    const complete = calculateOutputPaths(withoutPaths(parsed(path)), nameOf(path), lookUp);
    expect(writeDerivation(complete)).toBe(written.get(path));
    expect(derivationPath(complete, nameOf(path)).absolute()).toBe(path);
  });

  it("instantiateDerivation() gives all at once", () => {
    const instantiated = instantiateDerivation(withoutPaths(parsed(path)), nameOf(path), lookUp);
    expect(instantiated.path.absolute()).toBe(path);
    expect(instantiated.written).toBe(written.get(path));
    expect(instantiated.hash).toEqual(lookUp(path));
  });
});

describe("derivationKind()", () => {
  it.each([
    ["consumer", "input-addressed"],
    ["flat", "fixed"],
    ["recursive-sha512", "fixed"],
    ["floating", "floating"],
    ["deferred", "deferred"],
    ["of-deferred", "deferred"],
    ["impure", "impure"],
  ])("of %s is %s", (name, kind) => {
    expect(derivationKind(byName(name))).toBe(kind);
  });

  const path = "/nix/store/ybjj2c6a7b77qpszyklmz5lhjh33m6sd-leaf";
  const none: DerivationOutput = { path: "", hashAlgo: "", hash: "" };
  const fixed: DerivationOutput = { path, hashAlgo: "sha1", hash: "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33" };
  it.each<[string, Record<string, DerivationOutput>, string]>([
    ["no outputs", {}, "it has no outputs"],
    ["two fixed outputs", { out: fixed, dev: fixed }, "a fixed output must be the only one"],
    ["a fixed output of another name", { dev: fixed }, 'have the name "out"'],
    ["mixed kinds", { dev: none, out: { ...none, path } }, 'output "out" is input-addressed, others are deferred'],
    ["a hash without algorithm", { out: { ...fixed, hashAlgo: "" } }, "a hash without algorithm"],
    ["a floating output with a path", { out: { ...fixed, hash: "" } }, "has a path but no hash"],
  ])("refuses %s", (_, outputs, reason) => {
    expect(() => derivationKind({ ...byName("leaf"), outputs: new Map(Object.entries(outputs)) })).toThrow(reason);
  });
});

describe("hashDerivationModulo()", () => {
  it("doesn't tell fixed outputs apart by the way they are made", () => {
    const flats = paths.filter((path) => nameOf(path) === "flat");
    expect(flats).toHaveLength(2);
    expect(lookUp(flats[0]!)).toEqual(lookUp(flats[1]!));
  });

  it("is deferred from a floating derivation downwards", () => {
    const deferred = paths.filter((path) => lookUp(path).isDeferred).map(nameOf);
    expect(deferred.sort()).toEqual(["deferred", "floating", "impure", "of-deferred"]);
  });
});

describe("calculateOutputPaths()", () => {
  it("refuses hashes that it doesn't know", () => {
    const derivation = byName("flat");
    const outputs = (hashAlgo: string) => new Map([["out", { path: "", hashAlgo, hash: "00" }]]);
    const calculate = (hashAlgo: string) => () =>
      calculateOutputPaths({ ...derivation, outputs: outputs(hashAlgo) }, "x", lookUp);
    expect(calculate("r:blake3")).toThrow('unknown hash algorithm "r:blake3"');
    expect(calculate("r:sha256")).toThrow("wrong length for sha256");
  });

  it("gives other paths in another store", () => {
    const complete = calculateOutputPaths(byName("leaf"), "leaf", lookUp, "/gnu/store");
    expect(complete.env.get("out")).toMatch(/^\/gnu\/store\/(?!ybjj2c6a7b77qpszyklmz5lhjh33m6sd).*-leaf$/);
  });
});

describe("parseDerivation()", () => {
  const leaf = writeDerivation(byName("leaf"));
  const replaced = (from: string, to: string) => {
    expect(leaf).toContain(from);
    return leaf.replace(from, to);
  };

  it.each<[string, string, string]>([
    ["nothing", "", 'at byte 0: expected "Derive(", found the end'],
    ["another version", replaced("Derive(", 'DrvWithVersion("xp-dyn-drv",'), 'found "DrvWithVer"'],
    ["bytes after its end", `${leaf}\n`, "bytes after its end"],
    ["an unknown escape", replaced("x86_64", "\\x86"), 'unknown escape "\\\\x"'],
    ["a raw line feed", replaced("x86_64", "x86\n64"), '"\\n" without escape'],
    ["variables out of order", replaced('("name"', '("aaaa"'), 'variable "aaaa" comes after "builder"'],
    ["a variable twice", replaced('("name"', '("builder"'), 'variable "builder" comes after "builder"'],
    ["sources out of order", replaced(',[],"x86', ',["b","a"],"x86'), 'input source "a" comes after "b"'],
    ["outputs out of order", replaced("[(", '[("z","","",""),('), 'output "out" comes after "z"'],
    ["a trailing comma", replaced('linux")])', 'linux"),])'), 'expected "("'],
  ])("refuses %s", (_, text, reason) => {
    expect(() => parseDerivation(text)).toThrow(reason);
  });

  it("refuses a file cut off anywhere", () => {
    const text = written.get(paths.find((path) => nameOf(path) === "bytes")!)!;
    for (let length = 0; length < text.length; length++) {
      expect(() => parseDerivation(text.slice(0, length))).toThrow(FormatError);
    }
  });

  it("refuses a changed file, or reads what is written the same way again", () => {
    const text = written.get(paths.find((path) => nameOf(path) === "consumer")!)!;
    const writeAgain = (changed: string) => {
      try {
        return writeDerivation(parseDerivation(changed));
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        return changed;
      }
    };
    for (let at = 0; at < text.length; at++) {
      for (const character of ['"', "\\", "\n", ",", "(", "]", "\xff"]) {
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        if (writeAgain(changed) !== changed) expect.unreachable(`byte ${at} as ${JSON.stringify(character)}`);
      }
    }
  });

  it("keeps bytes that aren't UTF-8", () => {
    expect(byName("bytes").env.get("latin1")).toBe("\xff\xfe\x01\x7f");
    expect(byName("bytes").env.get("\xe4")).toBe("key");
    expect(byName("bytes").env.get("white")).toBe("tab\tline\nreturn\r");
  });
});

describe("validateDerivation()", () => {
  const leaf = byName("leaf");
  const flat = byName("flat");
  const input = paths.find((path) => nameOf(path) === "multi")!;
  const output = (changes: Partial<DerivationOutput>, of: Derivation = flat, name = "out"): Derivation => ({
    ...of,
    outputs: new Map([[name, { ...of.outputs.get("out")!, ...changes }]]),
  });

  it.each<[string, Derivation, string]>([
    ["an output called drv", output({}, leaf, "drv"), 'output "drv": the name is reserved'],
    ["an illegal output name", output({}, leaf, "a b"), "illegal character"],
    ["a path outside the store", output({ path: "/tmp/x" }), "it isn't in /nix/store"],
    ["a short hash", output({ hash: "00" }), "wrong length for sha256"],
    ["a hash in nixbase32", output({ hash: "0".repeat(52) }), "isn't lower-case hexadecimal"],
    ["an unknown algorithm", output({ hashAlgo: "text:sha256" }), 'unknown hash algorithm "text:sha256"'],
    [
      "an input that is no derivation",
      { ...leaf, inputDrvs: new Map([[input.slice(0, -4), ["out"]]]) },
      "isn't a derivation",
    ],
    ["an input without outputs", { ...leaf, inputDrvs: new Map([[input, []]]) }, "no outputs of the input"],
    ["an illegal source", { ...leaf, inputSrcs: ["/nix/store/foo"] }, "input source: Cannot parse store path"],
    ["an empty system", { ...leaf, system: "" }, "its system is empty"],
    ["an empty builder", { ...leaf, builder: "" }, "its builder is empty"],
  ])("refuses %s", (_, derivation, reason) => {
    expect(() => validateDerivation(derivation)).toThrow(reason);
  });
});

describe("derivationToJson()", () => {
  it("gives what nix show-derivation prints", () => {
    const file = readFileSync(new URL("show-derivation.json", fixtures), "utf8");
    const printed: Record<string, DerivationJson> = JSON.parse(file);
    expect(Object.keys(printed).length).toBe(paths.length - 1);
    for (const [path, json] of Object.entries(printed)) expect(derivationToJson(parsed(path))).toEqual(json);
  });

  it("keeps a variable called __proto__", () => {
    const env = new Map([["__proto__", "x"]]);
    expect(JSON.stringify(derivationToJson({ ...byName("leaf"), env }).env)).toBe('{"__proto__":"x"}');
  });
});
