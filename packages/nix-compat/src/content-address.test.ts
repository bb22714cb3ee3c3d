import { describe, expect, it } from "vitest";
import { contentAddressedPath, formatContentAddress, parseContentAddress } from "./content-address.ts";
import { StorePath } from "./store-path.ts";

/** As `nix path-info --json` printed them. */
const printedByNix = [
  ["fixed:r:sha256:05k7q2g3hgk2j97kkm714cd5iyd2b906anxjf967r5qyng1zlh2r", "ajqkpw6ch1r0w1f90zfnk2mbamajavj2-d"],
  [
    "fixed:r:sha512:20vmva3l4ww6jicg1a5dv8x1xbc2xxrs642yvy5gmibjs6rzhy5r7g2ivvb2wkx9ph4hfar2blv22y6ghisns23mh629yjp71rl4q99",
    "0wcrql624b0pj7b35fiqbhhi6kdgd4wr-d",
  ],
  ["fixed:md5:6qlk2cqkv5xznmry629kdiigdc", "p7qqsj70da5p517gdr84rj19a9sackmy-foo.txt"],
  ["text:sha256:1fcgpy7vc4ammr7s17j2xq88scswkgz23dqzc04g8sx5vcp2pppw", "vxjiwkjkn7x4079qvh1jkl5pn05j2aw0-foo"],
] as const;

describe("content addresses", () => {
  it.each(printedByNix)("%s parses, prints, and names its store path", (text, path) => {
    const contentAddress = parseContentAddress(text);
    expect(formatContentAddress(contentAddress)).toBe(text);
    expect(contentAddressedPath(StorePath.parse(path).name, contentAddress).baseName).toBe(path);
  });

  it.each([
    ["", "starts neither"],
    ["fixed:git:sha1:6f5dlxf2bcy7zm0dbp4xn3rzxaswgvhb", "unknown hash algorithm"],
    ["fixed:sha256-LCa0a2j/xo/5m0U8HTBBNBNCLXBkg7+g+YpeiGJm564=", "no hash algorithm"],
    ["fixed:r:05k7q2g3hgk2j97kkm714cd5iyd2b906anxjf967r5qyng1zlh2r", "no hash algorithm"],
    ["fixed:sha1:6qlk2cqkv5xznmry629kdiigdc", "wrong length for sha1"],
    ["text:md5:6qlk2cqkv5xznmry629kdiigdc", "a text is hashed with sha256"],
    ["text:r:sha256:05k7q2g3hgk2j97kkm714cd5iyd2b906anxjf967r5qyng1zlh2r", "unknown hash algorithm"],
  ])("parseContentAddress(%j) names the reason: %s", (text, reason) => {
    expect(() => parseContentAddress(text)).toThrow(reason);
  });

  it("contentAddressedPath() refuses a text that refers to itself", () => {
    const text = parseContentAddress(printedByNix[3][0]);
    expect(() => contentAddressedPath("foo", text, { others: [], self: true })).toThrow("can't refer to itself");
  });
});
