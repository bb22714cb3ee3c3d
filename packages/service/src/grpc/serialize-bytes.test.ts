import { create, type DescMessage, type Message, toBinary } from "@bufbuild/protobuf";
import { PutRequestSchema, ReadResponseSchema } from "@tvix-mesh/proto/mesh/castore/v1/blob_batch";
import { BlobChunkSchema, StatBlobRequestSchema } from "@tvix-mesh/proto/tvix/castore/v1/rpc_blobstore";
import { describe, expect, it } from "vitest";
import { bytesSerializer } from "./serialize-bytes.ts";

const sample = (length: number): Uint8Array => new Uint8Array(length).fill(7);

/** What grpc-js would send, behind a frame's header. */
function serialize(schema: DescMessage, message: Message): Uint8Array | undefined {
  const serialized = bytesSerializer(schema)?.(message);
  if (!serialized) return undefined;
  const frame = new Uint8Array(5 + serialized.length);
  serialized.copy(frame, 5);
  expect(frame.subarray(0, 5)).toEqual(new Uint8Array(5));
  return frame.subarray(5);
}

const sameBytes = (a: Uint8Array | undefined, b: Uint8Array): boolean => a !== undefined && Buffer.compare(a, b) === 0;

describe("bytesSerializer()", () => {
  it.each([0, 1, 127, 128, 20_000, 2_100_000])("writes a field of %i bytes as the general way does", (length) => {
    const message = create(BlobChunkSchema, { data: sample(length) });
    expect(sameBytes(serialize(BlobChunkSchema, message), toBinary(BlobChunkSchema, message))).toBe(true);
  });

  it("writes lists, empty elements included", () => {
    for (const lengths of [[], [0], [3, 0, 300], [70_000, 1]]) {
      const message = create(PutRequestSchema, { blobs: lengths.map(sample) });
      expect(sameBytes(serialize(PutRequestSchema, message), toBinary(PutRequestSchema, message))).toBe(true);
    }
  });

  it("leaves other messages to the general way", () => {
    for (const schema of [StatBlobRequestSchema, ReadResponseSchema]) expect(bytesSerializer(schema)).toBeUndefined();
  });
});
