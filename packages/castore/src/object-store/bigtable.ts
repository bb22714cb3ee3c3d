import type { BigtableTable, KeyRange } from "../bigtable/bigtable-table.ts";
import type { ObjectStore } from "./object-store.ts";

const folder = "dirs/b3/";
/** Every name of a directory lies in it. */
const hexadecimal: KeyRange = { first: "0", end: "g" };

const isDigest = (row: string): boolean => /^[0-9a-f]{64}$/.test(row);

/** The row of an object: Tvix names that of a directory by its digest alone. */
function rowOf(key: string): string {
  const [digest = ""] = key.startsWith(folder) ? key.split("/").slice(3) : [];
  return isDigest(digest) ? digest : key;
}

function keyOf(row: string): string {
  return isDigest(row) ? `${folder}${row.slice(0, 4)}/${row}` : row;
}

/** All keys with that prefix; keys are ASCII. */
function rangeOf(prefix: string): KeyRange {
  return { first: prefix, end: prefix === "" ? "" : `${prefix}\x7f` };
}

/**
 * Keeps objects in a table of Bigtable, which it owns: directories where Tvix keeps them, and others, such as those that
 * were set aside, where it doesn't look. An object has 10 MiB at most.
 */
export function createBigtableObjectStore(table: BigtableTable): ObjectStore {
  return {
    get: (key, options) => table.get(rowOf(key), options),
    has: (key, options) => table.has(rowOf(key), options),
    put: (key, value, options) =>
      options?.ifAbsent ? table.putIfAbsent(rowOf(key), value, options) : table.put(rowOf(key), value, options),
    delete: (key, options) => table.delete(rowOf(key), options),
    async *list(prefix, options) {
      async function* others(isWanted: (row: string) => boolean): AsyncGenerator<string> {
        for await (const row of table.keys(rangeOf(prefix), options)) if (!isDigest(row) && isWanted(row)) yield row;
      }
      // Directories are rows among the others, and have their place in the order of keys.
      yield* others((row) => row < folder);
      if (prefix.startsWith(folder) || folder.startsWith(prefix))
        for await (const row of table.keys(hexadecimal, options)) {
          const key = keyOf(row);
          if (isDigest(row) && key.startsWith(prefix)) yield key;
        }
      yield* others((row) => row >= folder);
    },
    [Symbol.asyncDispose]: () => table[Symbol.asyncDispose](),
  };
}
