import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  Bigtable,
  type MutationSchema,
  type ReadRowsRequestSchema,
  type RowFilterSchema,
  type RowRangeSchema,
  type RowSetSchema,
} from "@tvix-mesh/proto/google/bigtable/v2/bigtable";
import {
  type CallOptions,
  type Channel,
  createClient,
  createRetrier,
  type GrpcClient,
  ServiceError,
} from "@tvix-mesh/service";
import { type KeptRow, rowsOfChunks } from "./rows-of-chunks.ts";

export interface BigtableTableOptions {
  /** To one and the same instance; calls are spread over them. Disposed of with the table. */
  readonly channels: readonly Channel[];
  /** `projects/<project>/instances/<instance>/tables/<table>`. */
  readonly tableName: string;
  readonly familyName: string;
  readonly appProfileId: string;
  readonly isReadOnly?: boolean;
  readonly callTimeoutMs: number;
}

/** From `first` on, up to `end` exclusively; an empty `end` is that of the table. */
export interface KeyRange {
  readonly first: string;
  readonly end: string;
}

/** One value a row, in the column that is named as the row is: Tvix's layout. */
export interface BigtableTable extends AsyncDisposable {
  has(key: string, options?: CallOptions): Promise<boolean>;
  /** `undefined` if there is no such row. */
  get(key: string, options?: CallOptions): Promise<Uint8Array | undefined>;
  /** Replaces what is there. */
  put(key: string, value: Uint8Array, options?: CallOptions): Promise<void>;
  /** Leaves what is there as it is. */
  putIfAbsent(key: string, value: Uint8Array, options?: CallOptions): Promise<void>;
  /** Nothing happens if there is no such row. */
  delete(key: string, options?: CallOptions): Promise<void>;
  /** Rows by ascending key. */
  rows(range?: KeyRange, options?: CallOptions): AsyncIterable<{ readonly key: string; readonly value: Uint8Array }>;
  /** Keys of rows, ascending. */
  keys(range?: KeyRange, options?: CallOptions): AsyncIterable<string>;
}

type RowFilter = MessageInitShape<typeof RowFilterSchema>;
type Mutation = MessageInitShape<typeof MutationSchema>;
type ReadRowsRequest = MessageInitShape<typeof ReadRowsRequestSchema>;

const encoder = new TextEncoder();
/** Bigtable's own advice, which Tvix keeps to as well. */
const largestValueBytes = 10 * 1024 * 1024;
const rowsAPage = 1_000;

/** A name as a regular expression of RE2's. */
const escaped = (name: string): string => name.replace(/[^A-Za-z0-9_]/g, "\\$&");

const everything: KeyRange = { first: "", end: "" };
const withoutValue: RowFilter = { filter: { case: "stripValueTransformer", value: true } };
const newest: RowFilter = { filter: { case: "cellsPerColumnLimitFilter", value: 1 } };

function ofColumn(key: string): RowFilter {
  return { filter: { case: "columnQualifierRegexFilter", value: encoder.encode(escaped(key)) } };
}

function all(...filters: RowFilter[]): RowFilter {
  return { filter: { case: "chain", value: { filters } } };
}

class Table implements BigtableTable {
  readonly #options: BigtableTableOptions;
  readonly #clients: readonly GrpcClient<typeof Bigtable>[];
  readonly #retrier = createRetrier({ attempts: 3, pauseMs: 100 });
  #calls = 0;

  constructor(options: BigtableTableOptions) {
    this.#options = options;
    this.#clients = options.channels.map((channel) => createClient(Bigtable, channel));
  }

  get #client(): GrpcClient<typeof Bigtable> {
    this.#calls += 1;
    return this.#clients[this.#calls % this.#clients.length] as GrpcClient<typeof Bigtable>;
  }

  get #place(): { readonly tableName: string; readonly appProfileId: string } {
    const { tableName, appProfileId } = this.#options;
    return { tableName, appProfileId };
  }

  #failure(verb: string, error: unknown): unknown {
    if (!ServiceError.is(error)) return error;
    // Neither a row nor a cell is "not found": it is the table, its family or the instance.
    const code = error.code === "not-found" ? "failed-precondition" : error.code;
    const reason = error.message.replace(/^Getting metadata from plugin failed with error: /, "");
    const message = `Cannot ${verb} in Bigtable's ${this.#options.tableName}: ${reason}`;
    return new ServiceError(code, message, { cause: error });
  }

  async #call<Result>(verb: string, options: CallOptions | undefined, call: () => Promise<Result>): Promise<Result> {
    options?.signal?.throwIfAborted();
    try {
      return await this.#retrier.call(call, options);
    } catch (error) {
      options?.signal?.throwIfAborted();
      throw this.#failure(verb, error);
    }
  }

  async has(key: string, options?: CallOptions): Promise<boolean> {
    return (await this.#read(key, options, withoutValue)) !== undefined;
  }

  get(key: string, options?: CallOptions): Promise<Uint8Array | undefined> {
    return this.#read(key, options);
  }

  #read(key: string, options?: CallOptions, ...filters: RowFilter[]): Promise<Uint8Array | undefined> {
    const request: ReadRowsRequest = {
      ...this.#place,
      rows: { rowKeys: [encoder.encode(key)] },
      rowsLimit: 1n,
      filter: all(this.#ofFamily, ofColumn(key), newest, ...filters),
    };
    return this.#call(`read row ${key}`, options, async () => {
      const responses = this.#client.readRows(request, { ...options, timeoutMs: this.#options.callTimeoutMs });
      const [row] = await Array.fromAsync(rowsOfChunks(responses));
      return row?.value;
    });
  }

  get #ofFamily(): RowFilter {
    return { filter: { case: "familyNameRegexFilter", value: escaped(this.#options.familyName) } };
  }

  #setCell(key: string, value: Uint8Array): Mutation {
    const cell = { familyName: this.#options.familyName, columnQualifier: encoder.encode(key), value };
    // The time is the server's.
    return { mutation: { case: "setCell", value: { ...cell, timestampMicros: -1n } } };
  }

  #requireWritable(key: string, value?: Uint8Array): void {
    const { isReadOnly, tableName } = this.#options;
    const because = (reason: string): string => `Cannot write row ${key} in Bigtable's ${tableName}: ${reason}`;
    if (isReadOnly) throw new ServiceError("permission-denied", because("it is configured as read-only"));
    if (value && value.length > largestValueBytes)
      throw new ServiceError(
        "resource-exhausted",
        because(`${value.length} bytes are more than the ${largestValueBytes} that a cell may have`),
      );
  }

  #emptyColumn(key: string): Mutation {
    const column = { familyName: this.#options.familyName, columnQualifier: encoder.encode(key) };
    return { mutation: { case: "deleteFromColumn", value: column } };
  }

  async put(key: string, value: Uint8Array, options?: CallOptions): Promise<void> {
    this.#requireWritable(key, value);
    // A second cell in the column would be one too many for Tvix.
    await this.#mutate(key, [this.#emptyColumn(key), this.#setCell(key, value)], options);
  }

  async delete(key: string, options?: CallOptions): Promise<void> {
    this.#requireWritable(key);
    await this.#mutate(key, [this.#emptyColumn(key)], options);
  }

  async #mutate(key: string, mutations: Mutation[], options?: CallOptions): Promise<void> {
    const request = { ...this.#place, rowKey: encoder.encode(key), mutations };
    await this.#call(`write row ${key}`, options, () =>
      this.#client.mutateRow(request, { ...options, timeoutMs: this.#options.callTimeoutMs }),
    );
  }

  async putIfAbsent(key: string, value: Uint8Array, options?: CallOptions): Promise<void> {
    this.#requireWritable(key, value);
    const request = {
      ...this.#place,
      rowKey: encoder.encode(key),
      predicateFilter: all(this.#ofFamily, ofColumn(key)),
      falseMutations: [this.#setCell(key, value)],
    };
    await this.#call(`write row ${key}`, options, () =>
      this.#client.checkAndMutateRow(request, { ...options, timeoutMs: this.#options.callTimeoutMs }),
    );
  }

  async *rows(range = everything, options?: CallOptions): AsyncGenerator<{ key: string; value: Uint8Array }> {
    for await (const { key, value } of this.#list(range, options)) if (value) yield { key, value };
  }

  async *keys(range = everything, options?: CallOptions): AsyncGenerator<string> {
    for await (const { key, value } of this.#list(range, options, withoutValue)) if (value) yield key;
  }

  async *#list({ first, end }: KeyRange, options?: CallOptions, ...filters: RowFilter[]): AsyncGenerator<KeptRow> {
    const filter = all(this.#ofFamily, newest, ...filters);
    const endKey = { case: "endKeyOpen" as const, value: encoder.encode(end) };
    let startKey: MessageInitShape<typeof RowRangeSchema>["startKey"] = {
      case: "startKeyClosed",
      value: encoder.encode(first),
    };
    for (;;) {
      const rows: MessageInitShape<typeof RowSetSchema> = {
        rowRanges: [{ startKey, ...(end === "" ? {} : { endKey }) }],
      };
      const request = { ...this.#place, rows, rowsLimit: BigInt(rowsAPage), filter };
      const page: KeptRow[] = await this.#call("list rows", options, () =>
        Array.fromAsync(rowsOfChunks(this.#client.readRows(request, options))),
      );
      yield* page;
      const last = page.at(-1);
      if (!last || page.length < rowsAPage) return;
      startKey = { case: "startKeyOpen", value: encoder.encode(last.key) };
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const channel of this.#options.channels) channel[Symbol.dispose]();
  }
}

/** A table of Google Bigtable, which must be there with its column family. Nothing is connected yet. */
export function createBigtableTable(options: BigtableTableOptions): BigtableTable {
  return new Table(options);
}
