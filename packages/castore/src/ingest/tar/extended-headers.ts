import { type PaxRecord, readPaxRecords } from "./pax-records.ts";
import { type SparsePart, sparseParts } from "./sparse-map.ts";
import type { TarHeader } from "./tar-header.ts";

/** What headers in front of a header say of it. */
export interface EntryExtensions {
  readonly path: Uint8Array | undefined;
  readonly linkTarget: Uint8Array | undefined;
  readonly sizeBytes: number | undefined;
  /** A sparse file; without parts, if they lead the content. */
  readonly sparse: { readonly sizeBytes: number; readonly parts: readonly SparsePart[] | undefined } | undefined;
}

const types = new Set(["x", "X", "g", "L", "K"]);

/** Whether it is a header that tells of the next one. */
export function isExtension({ type }: TarHeader): boolean {
  return types.has(type);
}

const textOf = (value: Uint8Array): string => Buffer.from(value).toString("latin1");

function numberOf(value: Uint8Array | undefined): number | undefined {
  if (!value) return undefined;
  const text = textOf(value);
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}

function withoutNul(bytes: Uint8Array): Uint8Array {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.slice(0, end);
}

/** The parts of a sparse file: format 0.0 has a record for each number, 0.1 one for all. */
function partsIn(records: readonly PaxRecord[], map: Uint8Array | undefined): readonly SparsePart[] | undefined {
  if (map) return sparseParts(map.length === 0 ? [] : textOf(map).split(",").map(Number));
  return sparseParts(
    records
      .filter(({ key }) => key === "GNU.sparse.offset" || key === "GNU.sparse.numbytes")
      .map(({ value }) => numberOf(value) ?? Number.NaN),
  );
}

/** Gathers the headers in front of a header, and what they say of all that follow. */
export class ExtendedHeaders {
  readonly #global = new Map<string, Uint8Array>();
  #records: PaxRecord[] = [];
  #longPath: Uint8Array | undefined;
  #longTarget: Uint8Array | undefined;

  /** Answers whether `content` is what such a header has. */
  add({ type }: TarHeader, content: Uint8Array): boolean {
    if (type === "L") this.#longPath = withoutNul(content);
    else if (type === "K") this.#longTarget = withoutNul(content);
    else {
      const records = readPaxRecords(content);
      if (!records) return false;
      if (type === "g") for (const { key, value } of records) this.#global.set(key, value);
      else this.#records.push(...records);
    }
    return true;
  }

  /** What was said of the entry that comes now; undefined if it makes no sense. */
  take(): EntryExtensions | undefined {
    const records = this.#records;
    const said = new Map(this.#global);
    for (const { key, value } of records) said.set(key, value);
    const [longPath, longTarget] = [this.#longPath, this.#longTarget];
    this.#records = [];
    this.#longPath = undefined;
    this.#longTarget = undefined;
    // An empty value takes back what was said before.
    const find = (key: string) => (said.get(key)?.length ? said.get(key) : undefined);
    const sizeBytes = numberOf(find("size"));
    const realSize = numberOf(find("GNU.sparse.realsize") ?? find("GNU.sparse.size"));
    const isLeading = find("GNU.sparse.major") !== undefined && numberOf(find("GNU.sparse.major")) !== 0;
    const parts = isLeading ? undefined : partsIn(records, said.get("GNU.sparse.map"));
    if (![sizeBytes ?? 0, realSize ?? 0].every(Number.isSafeInteger)) return undefined;
    if (realSize !== undefined && !isLeading && !parts) return undefined;
    return {
      path: find("GNU.sparse.name") ?? find("path") ?? longPath,
      linkTarget: find("linkpath") ?? longTarget,
      sizeBytes,
      sparse: realSize === undefined ? undefined : { sizeBytes: realSize, parts },
    };
  }
}
