import { describe, expect, it } from "vitest";
import { decodeHex } from "./hex.ts";
import {
  hashPlaceholder,
  makeFixedOutputPath,
  makeTextPath,
  outputPathName,
  upstreamPlaceholder,
} from "./make-store-path.ts";
import { hashBytes, type NixHash, parseNixHash } from "./nix-hash.ts";
import { StorePath } from "./store-path.ts";

const foo = "/nix/store/vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo";
const directoryNar = parseNixHash("sha256:05k7q2g3hgk2j97kkm714cd5iyd2b906anxjf967r5qyng1zlh2r");

describe("makeTextPath()", () => {
  it("gives the paths of toFile, with and without references", () => {
    const fooPath = makeTextPath("foo", hashBytes("sha256", "bar"), []);
    expect(fooPath.absolute()).toBe(foo);
    const bazPath = makeTextPath("baz", hashBytes("sha256", foo), [fooPath]);
    expect(bazPath.absolute()).toBe("/nix/store/5xd714cbfnkz02h2vbsj4fm03x3f15nf-baz");
    expect(makeTextPath("baz", hashBytes("sha256", foo), [fooPath, StorePath.parseAbsolute(foo)])).toEqual(bazPath);
  });

  it("refuses hashes but SHA-256, and bad names", () => {
    expect(() => makeTextPath("foo", hashBytes("sha1", "bar"), [])).toThrow("isn't SHA-256");
    expect(() => makeTextPath("a b", hashBytes("sha256", "bar"), [])).toThrow("illegal character");
  });
});

describe("makeFixedOutputPath()", () => {
  it.each<[name: string, "flat" | "recursive", NixHash, path: string]>([
    ["d", "recursive", directoryNar, "ajqkpw6ch1r0w1f90zfnk2mbamajavj2-d"],
    [
      "d",
      "recursive",
      {
        algorithm: "sha512",
        digest: decodeHex(
          "296142733857fa240cac4368ab237cc60bb1e912593948e04d7d72b1f68ee29d5c3cfcd968b9627dc56f2f88d1b977c1560f1ded5654782c4ac339a143edba81",
        ),
      },
      "0wcrql624b0pj7b35fiqbhhi6kdgd4wr-d",
    ],
    ["foo.txt", "flat", hashBytes("sha256", "foo"), "kydigrzpcm8gi418pkkvxabfw72rgfwn-foo.txt"],
    ["foo.txt", "flat", hashBytes("sha1", "foo"), "kvcvgdz0kahmmml8qvid5zspk158gjry-foo.txt"],
    ["foo.txt", "flat", hashBytes("md5", "foo"), "p7qqsj70da5p517gdr84rj19a9sackmy-foo.txt"],
    [
      "foo.txt",
      "recursive",
      parseNixHash("93a7879a3c9c77a68daa56ec43002b72c4bd315a", "sha1"),
      "spxgm50kcd32pngcxffj5srx5g0q5nhi-foo.txt",
    ],
  ])("gives the path of nix-store --add-fixed: %s, %s", (name, method, hash, path) => {
    expect(makeFixedOutputPath(name, method, hash).baseName).toBe(path);
  });

  it("refuses references unless the hash is SHA-256 over a NAR", () => {
    const references = { others: [StorePath.parseAbsolute(foo)], self: false };
    expect(() => makeFixedOutputPath("x", "flat", hashBytes("sha256", ""), references)).toThrow(
      "can't have references",
    );
    const selfReference = { others: [], self: true };
    expect(() => makeFixedOutputPath("x", "recursive", hashBytes("sha1", ""), selfReference)).toThrow("can't have");
  });
});

describe("placeholders", () => {
  it("hashPlaceholder() gives what builtins.placeholder gives", () => {
    expect(hashPlaceholder("out")).toBe("/1rz4g4znpzjwh1xymhjpm42vipw92pr73vdgl6xs1hycac8kf2n9");
    expect(hashPlaceholder("dev")).toBe("/02qcpld1y6xhs5gz9bchpxaw0xdhmsp5dv88lh25r2ss44kh8dxz");
    expect(hashPlaceholder("\xc3\xa4")).toBe("/0wrcdd1nbl2fia58sgmi2j8dh35z37zw377yzs0fhk05cbg9psmf");
  });

  it("upstreamPlaceholder() gives the outPath of a floating derivation", () => {
    const derivation = StorePath.parse("8bcyy18na857hhj4g6szgwdi4ka2pwjy-dep.drv");
    expect(upstreamPlaceholder(derivation, "out")).toBe("/1yfafk2x7scksg74ax5c3vxkw1hgmw5qms6mcyvp3z592fj5c2cb");
    expect(upstreamPlaceholder(derivation, "dev")).toBe("/0prg0cbr3chaxmzcbchyvpv159siz0nx34d24q7pydvbi8kncsqd");
    expect(() => upstreamPlaceholder(StorePath.parseAbsolute(foo), "out")).toThrow("it isn't a derivation");
  });

  it("outputPathName() leaves the name of out alone", () => {
    expect(outputPathName("x", "out")).toBe("x");
    expect(outputPathName("x", "dev")).toBe("x-dev");
  });
});
