import { describe, expect, it } from "vitest";
import { type B3Implementation, b3Implementation, loadNativeB3, loadWasmB3 } from "./b3-hasher.ts";

/** From BLAKE3's published test vectors: byte i of the input is i modulo 251. */
const vectors: readonly (readonly [lengthBytes: number, digest: string])[] = [
  [0, "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"],
  [1, "2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213"],
  [1023, "10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11"],
  [1024, "42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7"],
  [1025, "d00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444"],
  [31744, "62b6960e1a44bcc1eb1a611a8d6235b6b4b78f32e7abc4fb4c6cdcce94895c47"],
  [102400, "bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085"],
];
const input = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index % 251);

const implementations: readonly (readonly [name: string, load: () => B3Implementation])[] = [
  ["native", loadNativeB3],
  ["wasm", loadWasmB3],
  ["chosen", () => b3Implementation],
];

describe.each(implementations)("b3 %s", (_name, load) => {
  it.each(vectors)("agrees with the published digest of %i bytes", (length, digest) => {
    expect(load().hash(input(length)).hex).toBe(digest);
  });

  it.each([1, 7, 4096, 65536, 70000])("is the same in updates of %i bytes", (step) => {
    const data = input(102400);
    using hasher = load().createHasher();
    for (let offset = 0; offset < data.length; offset += step) hasher.update(data.subarray(offset, offset + step));
    expect(hasher.digest().hex).toBe(vectors.at(-1)?.[1]);
  });

  it("hashes a view of a larger buffer", () => {
    expect(load().hash(input(1025).subarray(0, 1024)).hex).toBe(vectors[3]?.[1]);
  });
});
