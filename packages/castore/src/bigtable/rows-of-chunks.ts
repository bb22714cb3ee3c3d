import type { ReadRowsResponse_CellChunk } from "@tvix-mesh/proto/google/bigtable/v2/bigtable";

/** A row, and the newest value in the column that is named as the row is. */
export interface KeptRow {
  readonly key: string;
  /** `undefined` if there is no such column. */
  readonly value: Uint8Array | undefined;
}

const decoder = new TextDecoder();

/** The row of which pieces are arriving. */
class RowInPieces {
  #key = "";
  #qualifier = "";
  #value: Uint8Array | undefined;
  #pieces: Uint8Array[] = [];

  add(chunk: ReadRowsResponse_CellChunk): KeptRow | undefined {
    const status = chunk.rowStatus.case;
    if (status === "resetRow") {
      this.#clear();
      return undefined;
    }
    if (chunk.rowKey.length > 0) this.#key = decoder.decode(chunk.rowKey);
    if (chunk.qualifier !== undefined) this.#qualifier = decoder.decode(chunk.qualifier);
    this.#pieces.push(chunk.value);
    if (chunk.valueSize === 0) this.#endCell();
    if (status !== "commitRow") return undefined;
    const row = { key: this.#key, value: this.#value };
    this.#clear();
    return row;
  }

  #endCell(): void {
    // The newest cell of a column comes first.
    if (this.#qualifier === this.#key) this.#value ??= new Uint8Array(Buffer.concat(this.#pieces));
    this.#pieces = [];
  }

  #clear(): void {
    this.#key = "";
    this.#qualifier = "";
    this.#value = undefined;
    this.#pieces = [];
  }
}

/** Puts together the rows that `ReadRows` answers in pieces. */
export async function* rowsOfChunks(
  responses: AsyncIterable<{ readonly chunks: readonly ReadRowsResponse_CellChunk[] }>,
): AsyncGenerator<KeptRow> {
  const pieces = new RowInPieces();
  for await (const { chunks } of responses) {
    for (const chunk of chunks) {
      const row = pieces.add(chunk);
      if (row) yield row;
    }
  }
}
