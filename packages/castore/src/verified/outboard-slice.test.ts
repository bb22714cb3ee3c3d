import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { B3Digest } from "../b3-digest.ts";
import { outboardShape } from "./outboard.ts";
import { OutboardBuilder } from "./outboard-builder.ts";
import { alignSpan, type OutboardPairs, OutboardSlice, sliceOutboard } from "./outboard-slice.ts";

function build(sizeBytes: number, groupBytes: number) {
  const bytes = new Uint8Array(randomBytes(sizeBytes));
  const builder = new OutboardBuilder(groupBytes);
  builder.update(bytes);
  const { digest, encoded } = builder.finish();
  const outboard = outboardShape(encoded) as OutboardPairs;
  return { bytes, digest, outboard };
}

const beyond = Number.MAX_SAFE_INTEGER;

describe("OutboardSlice", () => {
  it.each([0, 1, 1024, 1025, 5000, 65_536, 100_001])("proves every part of a blob of %i bytes", (sizeBytes) => {
    for (const groupBytes of [1024, 4096, 16_384]) {
      const { bytes, digest, outboard } = build(sizeBytes, groupBytes);
      const offsets = [0, 1, 1023, 1024, 4096, sizeBytes >> 1, sizeBytes - 1, sizeBytes].filter((at) => at >= 0);
      for (const start of offsets)
        for (const length of [0, 1, 2000, sizeBytes]) {
          const span = { start, end: start + length };
          const slice = OutboardSlice.parse(digest, sliceOutboard(outboard, span), span);
          expect(slice.sizeBytes).toBe(sizeBytes);
          expect(slice.span.start).toBeLessThanOrEqual(start);
          expect(slice.span.end).toBeGreaterThanOrEqual(Math.min(span.end, sizeBytes));
          const part = bytes.slice(slice.span.start, slice.span.end);
          slice.check(part);
          if (part.length === 0) continue;
          const at = start % part.length;
          part[at] = (part[at] as number) ^ 1;
          expect(() => slice.check(part)).toThrow("not those of that digest");
          expect(() => slice.check(part.subarray(1))).toThrow("not those of that digest");
        }
    }
  });

  it("beyond the end is the last group, which proves the size", () => {
    const { bytes, digest, outboard } = build(50_000, 16_384);
    const span = { start: beyond, end: beyond };
    expect(alignSpan(span, 50_000, 16_384)).toEqual({ start: 49_152, end: 50_000 });
    const encoded = sliceOutboard(outboard, span);
    OutboardSlice.parse(digest, encoded, span).check(bytes.subarray(49_152));
    for (const sizeBytes of [49_999, 50_001, 33_000, 70_000, 2 ** 40]) {
      const lie = encoded.slice();
      new DataView(lie.buffer).setBigUint64(0, BigInt(sizeBytes), true);
      expect(() => {
        const slice = OutboardSlice.parse(digest, lie, span);
        slice.check(new Uint8Array(slice.span.end - slice.span.start));
      }).toThrow(/Cannot (verify|read) blob/);
    }
  });

  it("is a few hundred bytes for a part of a large blob", () => {
    const { outboard } = build(16 * 1024 * 1024, 1024);
    expect(sliceOutboard(outboard, { start: 9_000_000, end: 9_001_000 }).length).toBeLessThan(1100);
  });

  it("parse() refuses every changed bit, what is cut off and what is too much", () => {
    const { bytes, digest, outboard } = build(20_000, 1024);
    const span = { start: 7000, end: 9000 };
    const encoded = sliceOutboard(outboard, span);
    const verify = (proof: Uint8Array): void => {
      const slice = OutboardSlice.parse(digest, proof, span);
      slice.check(bytes.subarray(slice.span.start, slice.span.end));
      if (slice.sizeBytes !== 20_000) throw new Error("Cannot verify blob: the size is another one");
    };
    verify(encoded);
    for (let at = 0; at < encoded.length; at += 1) {
      const wrong = encoded.slice();
      wrong[at] = (wrong[at] as number) ^ (1 << (at % 8));
      expect(() => verify(wrong), `byte ${at}`).toThrow(/Cannot (verify|read) blob/);
    }
    for (const length of [0, 11, 12, encoded.length - 64, encoded.length - 1])
      expect(() => verify(encoded.subarray(0, length))).toThrow("Cannot verify blob");
    expect(() => verify(new Uint8Array([...encoded, ...new Uint8Array(64)]))).toThrow("Cannot verify blob");
    expect(() => OutboardSlice.parse(B3Digest.fromBytes(new Uint8Array(32)), encoded, span)).toThrow();
  });
});
