import { describe, expect, it } from "vitest";
import { FormatError } from "../format-error.ts";
import { hashBytes } from "../nix-hash.ts";
import { PublicKey } from "../signature/public-key.ts";
import { SigningKey } from "../signature/signing-key.ts";
import { fingerprint } from "./fingerprint.ts";
import { formatNarInfo } from "./format-nar-info.ts";
import { parseNarInfo } from "./parse-nar-info.ts";

/** Built, signed and copied to a cache of files by Nix 2.8. */
const writtenByNix = {
  output: `StorePath: /nix/store/3a42wh65fg41v785ls9ak76cxhy8c79n-real-dev
URL: nar/0mgacp2csay5y1bijlp4dzyyrxxl0xwc8xp1a8m736y4mgz5ppw7.nar.xz
Compression: xz
FileHash: sha256:0mgacp2csay5y1bijlp4dzyyrxxl0xwc8xp1a8m736y4mgz5ppw7
FileSize: 208
NarHash: sha256:1hz6ayr6mg1ya9qvxjjvzz100yvai6vbnhr45y21v8nzq7a9hib2
NarSize: 216
References: biswsp44hg3aq6cakfqr2h57clkaniq4-real fars50mlfk67nyzn0mc86b8gwbai49jr-dep.txt
Deriver: 8i2rm4lvzg4rbr7w12jq2bqiqdcw2101-real.drv
Sig: cache.example.org-1:aLflvBYsg8/jcn9hVuHPvdG3+qZI0LvTa64DZrBd38hZJFQ7JvLehs9WYiDgWVaCigp2NUpR8iRZXQNlMVSnBg==
`,
  text: `StorePath: /nix/store/fars50mlfk67nyzn0mc86b8gwbai49jr-dep.txt
URL: nar/0vndhnpqzhz4n0lz6920j0pjmzap93vf8mncpd77m1hqiff28gfm.nar.xz
Compression: xz
FileHash: sha256:0vndhnpqzhz4n0lz6920j0pjmzap93vf8mncpd77m1hqiff28gfm
FileSize: 124
NarHash: sha256:0i0g5h0y4w5xf5rynap2x27zaib43xl5qr5wlj9vw83ai7p732m1
NarSize: 120
References: ${""}
Sig: cache.example.org-1:xtGnvoS2dIeeckBL3D8QIgFBhUORErBypgG6S3IlDzGD5A8eRUhldJwcQhR7bbK7V9Heo63XjLJ2FzLA1sUOAg==
CA: text:sha256:13ns0xymhkhgng27kis2x8w05bc8gw6nifqkg7r2npb3z0gfgqwc
`,
};
const publicKey = PublicKey.parse("cache.example.org-1:Bo6aLtJXzA1KKwqyBs5g6F3Y1dSfiUQr9QoAeRqGL4E=");
const { output } = writtenByNix;
const withLine = (name: string, line: string) => output.replace(new RegExp(`^${name}: .*\n`, "m"), line);

describe.each(Object.entries(writtenByNix))("the narinfo of a %s by Nix", (_, text) => {
  const narInfo = parseNarInfo(text);

  it("is written as it was read", () => {
    expect(formatNarInfo(narInfo)).toBe(text);
  });

  it("has a signature that verifies, and no longer once anything signed is changed", () => {
    const [signature] = narInfo.signatures;
    const verify = (changes: object) => publicKey.verify(fingerprint({ ...narInfo, ...changes }), signature!);
    expect(verify({})).toBe(true);
    expect(verify({ references: [...narInfo.references, ...narInfo.references].reverse() })).toBe(true);
    expect(verify({ narSizeBytes: narInfo.narSizeBytes + 1n })).toBe(false);
    expect(verify({ narHash: hashBytes("sha256", "") })).toBe(false);
    expect(verify({ references: [narInfo.storePath] })).toBe(false);
    expect(SigningKey.generate("cache.example.org-1").publicKey.verify(fingerprint(narInfo), signature!)).toBe(false);
  });
});

describe("parseNarInfo()", () => {
  it("reads every field", () => {
    const narInfo = parseNarInfo(output.replace("Sig:", `System: x86_64-linux\nSig: other:${"A".repeat(86)}==\nSig:`));
    expect(narInfo.storePath.name).toBe("real-dev");
    expect(narInfo.url).toMatch(/^nar\/0mgacp2.*\.nar\.xz$/);
    expect(narInfo.compression).toBe("xz");
    expect(narInfo.fileHash?.digest).toHaveLength(32);
    expect(narInfo.fileSizeBytes).toBe(208n);
    expect(narInfo.narSizeBytes).toBe(216n);
    expect(narInfo.references.map((reference) => reference.name)).toEqual(["real", "dep.txt"]);
    expect(narInfo.deriver?.name).toBe("real.drv");
    expect(narInfo.system).toBe("x86_64-linux");
    expect(narInfo.signatures.map((signature) => signature.name)).toEqual(["other", "cache.example.org-1"]);
    expect(narInfo.contentAddress).toBeUndefined();
    expect(parseNarInfo(writtenByNix.text).contentAddress?.method).toBe("text");
  });

  it("does without the fields that Nix does without, and ignores unknown ones", () => {
    let text = `Priority: 40\n${output}`;
    for (const name of ["Compression", "FileHash", "FileSize", "References", "Deriver", "Sig"]) {
      text = text.replace(new RegExp(`^${name}: .*\n`, "m"), "");
    }
    expect(parseNarInfo(text)).toMatchObject({
      compression: "bzip2",
      fileHash: undefined,
      fileSizeBytes: undefined,
      references: [],
      deriver: undefined,
      signatures: [],
    });
    expect(parseNarInfo(withLine("Deriver", "Deriver: unknown-deriver\n")).deriver).toBeUndefined();
  });

  it("takes sizes of 64 bits", () => {
    const text = withLine("NarSize", `NarSize: ${2n ** 64n - 1n}\n`);
    expect(parseNarInfo(text).narSizeBytes).toBe(2n ** 64n - 1n);
    expect(formatNarInfo(parseNarInfo(text))).toBe(text);
  });

  it.each<[string, string, string]>([
    ["an empty file", "", "the field StorePath is missing"],
    ["a missing field", withLine("NarHash", ""), "the field NarHash is missing"],
    ["a line without end", output.slice(0, -1), "its last line doesn't end"],
    ["a line without colon", withLine("URL", "URL\n"), 'line 2 is no field: "URL"'],
    ["an empty line", `${output}\n`, "line 11 is no field"],
    ["a field twice", `${output}NarSize: 1\n`, "line 11: NarSize for the second time"],
    ["another store", withLine("StorePath", "StorePath: /gnu/store/x\n"), "line 1: StorePath: Cannot parse store path"],
    ["an empty URL", withLine("URL", "URL: \n"), 'line 2: URL: illegal value ""'],
    ["a carriage return", withLine("URL", "URL: x\r\n"), 'line 2: URL: illegal value "x\\r"'],
    ["a bare hash", withLine("FileHash", "FileHash: 00\n"), "line 4: FileHash: Cannot parse hash"],
    ["a hash of another kind", withLine("NarHash", `NarHash: sha1:${"0".repeat(40)}\n`), "sha1 instead of sha256"],
    ["no size", withLine("NarSize", "NarSize: 0x10\n"), 'line 7: NarSize: "0x10" is no size'],
    ["a negative size", withLine("FileSize", "FileSize: -1\n"), 'line 5: FileSize: "-1" is no size'],
    ["a size of 65 bits", withLine("NarSize", `NarSize: ${2n ** 64n}\n`), "is no size"],
    ["size zero", withLine("NarSize", "NarSize: 0\n"), "no NAR is empty"],
    ["an absolute reference", withLine("References", "References: /nix/store/x\n"), "line 8: References: Cannot parse"],
    ["a bad deriver", withLine("Deriver", "Deriver: x\n"), "line 9: Deriver: Cannot parse store path"],
    ["a short signature", withLine("Sig", "Sig: key:AAAA\n"), 'line 10: Sig: Cannot parse signature "key": 3 bytes'],
    ["a bad content address", `${output}CA: flat\n`, "line 11: CA: Cannot parse content address"],
  ])("refuses %s", (_, text, reason) => {
    expect(() => parseNarInfo(text)).toThrow(FormatError);
    expect(() => parseNarInfo(text)).toThrow(reason);
  });
});

describe("formatNarInfo()", () => {
  it("refuses line breaks, which would add fields", () => {
    expect(() => formatNarInfo({ ...parseNarInfo(output), url: "x\nCA: y" })).toThrow("line break in URL");
  });
});

describe("fingerprint()", () => {
  it("is the text that Nix signs", () => {
    expect(fingerprint(parseNarInfo(output))).toBe(
      "1;/nix/store/3a42wh65fg41v785ls9ak76cxhy8c79n-real-dev;" +
        "sha256:1hz6ayr6mg1ya9qvxjjvzz100yvai6vbnhr45y21v8nzq7a9hib2;216;" +
        "/nix/store/biswsp44hg3aq6cakfqr2h57clkaniq4-real,/nix/store/fars50mlfk67nyzn0mc86b8gwbai49jr-dep.txt",
    );
  });

  it("refuses hashes but SHA-256", () => {
    const narInfo = { ...parseNarInfo(output), narHash: hashBytes("sha512", "") };
    expect(() => fingerprint(narInfo)).toThrow("its NAR hash is sha512, not sha256");
  });
});
