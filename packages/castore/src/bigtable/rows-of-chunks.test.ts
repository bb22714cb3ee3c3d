import { create } from "@bufbuild/protobuf";
import {
  type ReadRowsResponse_CellChunk,
  ReadRowsResponse_CellChunkSchema,
} from "@tvix-mesh/proto/google/bigtable/v2/bigtable";
import { expect, it } from "vitest";
import { rowsOfChunks } from "./rows-of-chunks.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

interface ChunkText {
  readonly row?: string;
  readonly column?: string;
  readonly value?: string;
  readonly size?: number;
  readonly status?: "resetRow" | "commitRow";
}

function chunk({ row = "", column, value = "", size = 0, status }: ChunkText): ReadRowsResponse_CellChunk {
  return create(ReadRowsResponse_CellChunkSchema, {
    rowKey: bytes(row),
    ...(column === undefined ? {} : { qualifier: bytes(column) }),
    value: bytes(value),
    valueSize: size,
    ...(status === undefined ? {} : { rowStatus: { case: status, value: true } }),
  });
}

async function rows(...responses: readonly (readonly ChunkText[])[]): Promise<readonly [string, string | undefined][]> {
  async function* stream() {
    for (const chunks of responses) yield { chunks: chunks.map(chunk) };
  }
  const all = await Array.fromAsync(rowsOfChunks(stream()));
  return all.map(({ key, value }) => [key, value && Buffer.from(value).toString()]);
}

it("rowsOfChunks() puts a value together that comes in pieces, over several responses", async () => {
  expect(
    await rows(
      [{ row: "a", column: "a", value: "on", size: 6 }],
      [
        { value: "e t", size: 6 },
        { value: "wo", status: "commitRow" },
      ],
    ),
  ).toEqual([["a", "one two"]]);
});

it("rowsOfChunks() forgets what came of a row before it is sent anew", async () => {
  expect(
    await rows([
      { row: "a", column: "a", value: "wro", size: 9 },
      { status: "resetRow" },
      { row: "a", column: "a", value: "right", status: "commitRow" },
    ]),
  ).toEqual([["a", "right"]]);
});

it("rowsOfChunks() takes the newest cell of the column that is named as the row is", async () => {
  expect(
    await rows([
      { row: "a", column: "0", value: "other" },
      { column: "a", value: "newest" },
      { value: "older" },
      { column: "b", value: "more", status: "commitRow" },
      { row: "b", column: "x", value: "nothing of ours", status: "commitRow" },
      { row: "c", column: "c", value: "", status: "commitRow" },
    ]),
  ).toEqual([
    ["a", "newest"],
    ["b", undefined],
    ["c", ""],
  ]);
});
