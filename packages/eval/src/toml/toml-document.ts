import type { TomlTable, TomlValue } from "./toml-value.ts";

/** How a table came to be, which says what may still be added to it. */
type Origin =
  /** A header names it. */
  | "header"
  /** Headers name tables in it. */
  | "implied"
  /** Keys with dots name what is in it. */
  | "dotted";

/** Tells why something can't be added. */
type Refuse = (reason: string) => never;

function show(path: readonly string[]): string {
  return path.map((name) => (/^[A-Za-z0-9_-]+$/.test(name) ? name : JSON.stringify(name))).join(".");
}

/** The tables of a document, and what the rules of TOML allow to be added to each. Those without an origin are complete. */
export class TomlDocument {
  readonly root: TomlTable = new Map();
  readonly #origins = new Map<TomlTable, Origin>([[this.root, "header"]]);
  readonly #tableArrays = new Set<TomlValue[]>();

  /** The table that a header `[a.b]` begins. */
  openTable(path: readonly string[], refuse: Refuse): TomlTable {
    const parent = this.#enter(path, refuse);
    const name = path.at(-1) as string;
    const known = parent.get(name);
    if (known === undefined) return this.#addTable(parent, name, "header");
    if (!(known instanceof Map) || this.#origins.get(known) !== "implied") refuse(`'${show(path)}' is defined already`);
    this.#origins.set(known, "header");
    return known;
  }

  /** The new element that a header `[[a.b]]` begins. */
  openElement(path: readonly string[], refuse: Refuse): TomlTable {
    const parent = this.#enter(path, refuse);
    const name = path.at(-1) as string;
    let elements = parent.get(name);
    if (elements === undefined) {
      elements = [];
      parent.set(name, elements);
      this.#tableArrays.add(elements);
    }
    if (!Array.isArray(elements) || !this.#tableArrays.has(elements)) refuse(`'${show(path)}' is defined already`);
    const element: TomlTable = new Map();
    elements.push(element);
    this.#origins.set(element, "header");
    return element;
  }

  /** Adds `a.b = value` to a table. */
  define(table: TomlTable, path: readonly string[], value: TomlValue, refuse: Refuse): void {
    let parent = table;
    for (const [index, name] of path.slice(0, -1).entries()) {
      const known = parent.get(name);
      if (known === undefined) parent = this.#addTable(parent, name, "dotted");
      else if (known instanceof Map && this.#origins.get(known) === "dotted") parent = known;
      else refuse(`'${show(path.slice(0, index + 1))}' is defined already`);
    }
    const name = path.at(-1) as string;
    if (parent.has(name)) refuse(`'${show(path)}' is defined already`);
    parent.set(name, value);
  }

  /** Says that nothing can be added to a table and to those that keys with dots have made in it. */
  complete(table: TomlTable): void {
    this.#origins.delete(table);
    for (const value of table.values()) if (value instanceof Map && this.#origins.has(value)) this.complete(value);
  }

  /** The table in which a header's last name stands. */
  #enter(path: readonly string[], refuse: Refuse): TomlTable {
    let table = this.root;
    for (const [index, name] of path.slice(0, -1).entries()) {
      const known = table.get(name);
      const inside = Array.isArray(known) && this.#tableArrays.has(known) ? known.at(-1) : known;
      if (inside === undefined) table = this.#addTable(table, name, "implied");
      else if (inside instanceof Map && this.#origins.has(inside)) table = inside;
      else refuse(`'${show(path.slice(0, index + 1))}' is defined already`);
    }
    return table;
  }

  #addTable(parent: TomlTable, name: string, origin: Origin): TomlTable {
    const table: TomlTable = new Map();
    parent.set(name, table);
    this.#origins.set(table, origin);
    return table;
  }
}
