import { describe, expect, it } from "vitest";
import { createReferenceScanner } from "./reference-scanner.ts";

const needles = [
  "vxjiwkjkn7x4079qvh1jkl5pn05j2aw0",
  "5xd714cbfnkz02h2vbsj4fm03x3f15nf",
  "0000000000000000000000000000000a",
  "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz",
];
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function found(pieces: readonly Uint8Array[], wanted: readonly (string | Uint8Array)[] = needles): readonly number[] {
  const scanner = createReferenceScanner(wanted);
  const stream = scanner.openStream();
  for (const piece of pieces) stream.scan(piece);
  return scanner.found();
}

function inPieces(data: Uint8Array, length: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < data.length; offset += length) pieces.push(data.slice(offset, offset + length));
  return pieces;
}

describe("createReferenceScanner()", () => {
  it("finds needles at the start, in the middle and at the end", () => {
    expect(found([bytes(`${needles[1]}/bin:/nix/store/${needles[0]}-foo ${needles[2]}`)])).toEqual([0, 1, 2]);
  });

  it("finds nothing in less than a needle, and in nothing", () => {
    expect(found([])).toEqual([]);
    expect(found([new Uint8Array(), bytes(needles[0]?.slice(1) ?? "")])).toEqual([]);
    expect(found([bytes("anything")], [])).toEqual([]);
  });

  it.each([1, 2, 3, 31, 32, 33, 64, 1000])("finds needles across pieces of %i bytes", (length) => {
    const data = bytes(
      `\0\u00ff${"a".repeat(50)}${needles[3]}${needles[0]}x${"0".repeat(40)}a ${needles[1]?.slice(0, 31)}`,
    );
    expect(found(inPieces(data, length))).toEqual([0, 2, 3]);
  });

  it("finds a needle in a run of its own letters", () => {
    expect(found([bytes(`${"0".repeat(500)}a`)])).toEqual([2]);
    expect(found([bytes("z".repeat(33))])).toEqual([3]);
  });

  it("takes needles of different lengths, of any bytes, and twice the same", () => {
    const wanted = ["ab", Uint8Array.of(0, 255), "abc", "b", "ab", "q"];
    expect(found(inPieces(Uint8Array.of(0, 255, 97, 98, 99), 1), wanted)).toEqual([0, 1, 2, 3, 4]);
  });

  it("keeps streams apart", () => {
    const scanner = createReferenceScanner(needles);
    const [first, second] = [scanner.openStream(), scanner.openStream()];
    first.scan(bytes(needles[0]?.slice(0, 16) ?? ""));
    second.scan(bytes(needles[0]?.slice(16) ?? ""));
    expect(scanner.found()).toEqual([]);
    first.scan(bytes(needles[0]?.slice(16) ?? ""));
    expect(scanner.found()).toEqual([0]);
  });

  it("agrees with a plain search on random text of the needles' alphabet", () => {
    const alphabet = "0123456789abcdfghijklmnpqrsvwxyz";
    let state = 1;
    const next = (limit: number): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return (state >>> 8) % limit;
    };
    for (let round = 0; round < 200; round += 1) {
      const text = Array.from({ length: 300 }, () => (next(40) === 0 ? "/" : alphabet[next(4)])).join("");
      const wanted = Array.from({ length: 20 }, () =>
        text
          .slice(next(290))
          .slice(0, 3 + next(3))
          .replaceAll("/", "0"),
      );
      const expected = wanted.flatMap((needle, index) => (text.includes(needle) ? [index] : []));
      expect(found(inPieces(bytes(text), 1 + next(50)), wanted)).toEqual(expected);
    }
  });

  it("refuses an empty needle", () => {
    expect(() => createReferenceScanner(["a", ""])).toThrow(RangeError);
  });
});
