import { describe, expect, it } from "vitest";
import { encodeHex } from "./hex.ts";
import {
  convertHash,
  formatDigest,
  formatNixHash,
  type HashAlgorithm,
  hashBytes,
  parseNixHash,
  parseOutputHash,
} from "./nix-hash.ts";

/** Of the text `foo`, printed by `nix hash`. */
const printedByNix: Record<HashAlgorithm, { base16: string; nix32: string; base64: string }> = {
  md5: {
    base16: "acbd18db4cc2f85cedef654fccc4a4d8",
    nix32: "6qlk2cqkv5xznmry629kdiigdc",
    base64: "rL0Y20zC+Fzt72VPzMSk2A==",
  },
  sha1: {
    base16: "0beec7b5ea3f0fdbc95d0dd47f3c5bc275da8a33",
    nix32: "6f5dlxf2bcy7zm0dbp4xn3rzxaswgvhb",
    base64: "C+7Hteo/D9vJXQ3UfzxbwnXaijM=",
  },
  sha256: {
    base16: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
    nix32: "1bp7cri8hplaz6hbz0v4f0nl44rl84q1sg25kgwqzipzd1mv89ic",
    base64: "LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=",
  },
  sha512: {
    base16:
      "f7fbba6e0636f890e56fbbf3283e524c6fa3204ae298382d624741d0dc6638326e282c41be5e4254d8820772c5518a2c5a8c0c7f7eda19594a7eb539453e1ed7",
    nix32: "3biwgj576spwjjr37d7wzqciid2r2jiqmr0g0nqai15xgj15hl6wciqcvfd0ha7c8nki67298ha6vsca8z2iwxvdzjr1y1n0rpbmyzp",
    base64: "9/u6bgY2+JDlb7vzKD5STG+jIErimDgtYkdB0NxmODJuKCxBvl5CVNiCB3LFUYosWowMf37aGVlKfrU5RT4e1w==",
  },
};

const { base16, nix32, base64 } = printedByNix.sha256;
const digestHex = (text: string, algorithm?: HashAlgorithm) => encodeHex(parseNixHash(text, algorithm).digest);

describe.each(["md5", "sha1", "sha256", "sha512"] as const)("%s", (algorithm) => {
  const printed = printedByNix[algorithm];
  const hash = hashBytes(algorithm, "foo");

  it("formatDigest() prints every form as Nix does", () => {
    expect(formatDigest(hash, "base16")).toBe(printed.base16);
    expect(formatDigest(hash, "nix32")).toBe(printed.nix32);
    expect(formatDigest(hash, "base64")).toBe(printed.base64);
    expect(formatDigest(hash, "sri")).toBe(`${algorithm}-${printed.base64}`);
    expect(formatNixHash(hash, "nix32")).toBe(`${algorithm}:${printed.nix32}`);
    expect(formatNixHash(hash, "sri")).toBe(`${algorithm}-${printed.base64}`);
  });

  it.each(["base16", "nix32", "base64"] as const)("parseNixHash() takes %s bare and prefixed", (format) => {
    expect(parseNixHash(printed[format], algorithm)).toEqual(hash);
    expect(parseNixHash(`${algorithm}:${printed[format]}`)).toEqual(hash);
    expect(parseNixHash(`${algorithm}-${printed.base64}`, algorithm)).toEqual(hash);
  });
});

describe("parseNixHash()", () => {
  it("is as lenient with SRI padding, line feeds and upper-case hexadecimal as Nix", () => {
    expect(digestHex(`sha256-${base64.slice(0, -1)}`)).toBe(base16);
    expect(digestHex(`sha256-${base64}==`)).toBe(base16);
    expect(digestHex(`sha256-${base64}\n`)).toBe(base16);
    expect(digestHex(base16.toUpperCase(), "sha256")).toBe(base16);
  });

  it.each([
    [base16, undefined, "names no algorithm"],
    [`sha1:${base64}`, "sha256", "should have the algorithm sha256"],
    [`foo-${base64}`, undefined, 'unknown hash algorithm "foo"'],
    [`SHA256-${base64}`, undefined, 'unknown hash algorithm "SHA256"'],
    [`constructor:${base64}`, undefined, "unknown hash algorithm"],
    [base64.slice(0, -1), "sha256", "wrong length for sha256"],
    [`sha256:sha256-${base64}`, undefined, "wrong length"],
    [`sha256-${base16}`, undefined, "48 bytes, sha256 has 32"],
    [`md5-${base64}`, undefined, "32 bytes, md5 has 16"],
    [`sha256-${base64.replace("/", "_")}`, undefined, "base64"],
    [`z${nix32.slice(1)}`, "sha256", "padding bits"],
    [`g${base16.slice(1)}`, "sha256", "hexadecimal"],
    ["", "sha256", "wrong length"],
  ] as const)("refuses %s (known algorithm: %s)", (text, algorithm, reason) => {
    expect(() => parseNixHash(text, algorithm)).toThrow(reason);
  });
});

describe("parseOutputHash()", () => {
  it("takes the empty hash as zeros if the algorithm is known", () => {
    expect(parseOutputHash("", "sha256").digest).toEqual(new Uint8Array(32));
    expect(() => parseOutputHash("")).toThrow("its algorithm must be given");
  });
});

describe("convertHash()", () => {
  it("converts between all forms and keeps the algorithm only in SRI", () => {
    expect(convertHash(`sha256:${base16}`, "sri")).toBe(`sha256-${base64}`);
    expect(convertHash(`sha256-${base64}`, "nix32")).toBe(nix32);
    expect(convertHash(nix32, "base16", "sha256")).toBe(base16);
    expect(convertHash(base16, "base32", "sha256")).toBe(nix32);
    expect(convertHash(base16, "base64", "sha256")).toBe(base64);
  });

  it("names an unknown format", () => {
    expect(() => convertHash(base16, "base58", "sha256")).toThrow('Unknown hash format "base58"');
  });
});
