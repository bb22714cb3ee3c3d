import { newLayout } from "../bind/bind.ts";
import type { SourceFile } from "../syntax/position-table.ts";
import type { AttributeName, Formal, Node, SlotScope, VariableNode } from "../syntax/syntax-tree.ts";
import { byteStringFromBytes } from "../values/byte-string.ts";
import { StoredLambda, StoredSet } from "./stored-nodes.ts";
import {
  headerLength,
  lambdaBits,
  noName,
  numericOperators,
  plainOperators,
  type StoredTag,
  storedTags,
} from "./stored-tree.ts";

/** An environment around an expression. */
export interface StoredScope {
  readonly parent: StoredScope | undefined;
  readonly layout: SlotScope;
}

/** The tree that `writeTree` made these bytes of, for the same text; undefined if they have another length. */
export function readTree(bytes: Uint8Array, source: SourceFile): Node | undefined {
  if (bytes.length < headerLength * 4) return undefined;
  const header = new Int32Array(bytes.buffer, bytes.byteOffset, headerLength);
  const [codeLength, namesLength, textsLength] = header as unknown as [number, number, number];
  const namesStart = (headerLength + codeLength) * 4;
  if (bytes.length !== namesStart + namesLength + textsLength) return undefined;
  const texts = byteStringFromBytes(bytes.subarray(namesStart));
  const reader = new TreeReader({
    source,
    code: new Int32Array(bytes.buffer, bytes.byteOffset + headerLength * 4, codeLength),
    names: JSON.parse(texts.slice(0, namesLength)) as readonly string[],
    texts: texts.slice(namesLength),
  });
  return reader.node(undefined);
}

/** Makes nodes of the numbers of a stored tree, each when it is asked for. */
export class TreeReader {
  readonly code: Int32Array;
  readonly names: readonly string[];
  readonly base: number;
  readonly texts: string;
  /** Index of the number that is read next. */
  at = 0;

  constructor(parts: { source: SourceFile; code: Int32Array; names: readonly string[]; texts: string }) {
    this.code = parts.code;
    this.names = parts.names;
    this.base = parts.source.base;
    this.texts = parts.texts;
  }

  /** The node at a place that another one has noted. */
  nodeAt(at: number, scope: StoredScope | undefined): Node {
    this.at = at;
    return this.node(scope);
  }

  /** The next node. */
  node(scope: StoredScope | undefined): Node {
    return (readersByTag[this.code[this.at++] as number] as NodeReader)(this, scope);
  }

  next(): number {
    return this.code[this.at++] as number;
  }

  position(): number {
    return this.base + (this.code[this.at++] as number);
  }

  name(): string {
    return this.names[this.code[this.at++] as number] as string;
  }

  /** A name that needn't be there. */
  nameOrNone(): string | undefined {
    const index = this.next();
    return index === noName ? undefined : this.names[index];
  }

  text(): string {
    const start = this.next();
    return this.texts.slice(start, start + this.next());
  }

  nodes(count: number, scope: StoredScope | undefined): Node[] {
    const nodes: Node[] = [];
    for (let left = count; left > 0; left--) nodes.push(this.node(scope));
    return nodes;
  }

  path(scope: StoredScope | undefined): AttributeName[] {
    const { code, names } = this;
    const path: AttributeName[] = [];
    for (let left = code[this.at++] as number; left > 0; left--) {
      const index = code[this.at++] as number;
      path.push(index === noName ? this.node(scope) : (names[index] as string));
    }
    return path;
  }
}

type NodeReader = (reader: TreeReader, scope: StoredScope | undefined) => Node;

const readers: Readonly<Record<StoredTag, NodeReader>> = {
  integer: (reader) => ({ kind: "integer", value: reader.next() }),
  "large-integer": (reader) => ({ kind: "integer", value: Number(reader.text()) }),
  "big-integer": (reader) => ({ kind: "integer", value: BigInt(reader.text()) }),
  float: (reader) => ({ kind: "float", value: Number(reader.text()) }),
  string(reader) {
    const { code, at } = reader;
    reader.at = at + 2;
    const start = code[at] as number;
    return { kind: "string", value: reader.texts.slice(start, start + (code[at + 1] as number)) };
  },
  path: (reader) => ({ kind: "path", position: reader.position(), text: reader.text() }),
  concat(reader, scope) {
    const position = reader.position();
    const isString = reader.next() === 1;
    const count = reader.next();
    const partPositions: number[] = [];
    for (let left = count; left > 0; left--) partPositions.push(reader.position());
    return { kind: "concat", position, isString, parts: reader.nodes(count, scope), partPositions };
  },
  "slot-variable"(reader, scope): VariableNode {
    const { code, at } = reader;
    reader.at = at + 4;
    const position = reader.base + (code[at] as number);
    const name = reader.names[code[at + 1] as number] as string;
    const level = code[at + 2] as number;
    const slot = code[at + 3] as number;
    let owner = scope as StoredScope;
    for (let steps = level; steps > 0; steps--) owner = owner.parent as StoredScope;
    return { kind: "variable", position, name, reference: { kind: "slot", level, slot, scope: owner.layout } };
  },
  "global-variable"(reader): VariableNode {
    const position = reader.position();
    const name = reader.name();
    return { kind: "variable", position, name, reference: { kind: "global", name } };
  },
  "with-variable"(reader): VariableNode {
    const position = reader.position();
    const name = reader.name();
    const levels: number[] = [];
    for (let left = reader.next(); left > 0; left--) levels.push(reader.next());
    return { kind: "variable", position, name, reference: { kind: "with", levels } };
  },
  "current-position": (reader) => ({ kind: "current-position", position: reader.position() }),
  select(reader, scope) {
    const { code, at } = reader;
    reader.at = at + 2;
    const position = reader.base + (code[at] as number);
    const subject = reader.node(scope);
    const path = reader.path(scope);
    const fallback = code[at + 1] === 1 ? reader.node(scope) : undefined;
    return { kind: "select", position, subject, path, fallback };
  },
  "has-attribute": (reader, scope) => ({
    kind: "has-attribute",
    subject: reader.node(scope),
    path: reader.path(scope),
  }),
  attributes: readSet,
  list: (reader, scope) => ({ kind: "list", elements: reader.nodes(reader.next(), scope) }),
  lambda: readLambda,
  call(reader, scope) {
    const { code, at } = reader;
    reader.at = at + 2;
    const position = reader.base + (code[at] as number);
    const callee = reader.node(scope);
    return { kind: "call", position, callee, args: reader.nodes(code[at + 1] as number, scope) };
  },
  let(reader, scope) {
    const attributes = readSet(reader, scope);
    return { kind: "let", attributes, body: reader.node(attributes.inner) };
  },
  with(reader, scope) {
    const position = reader.position();
    const subject = reader.node(scope);
    return { kind: "with", position, subject, body: reader.node({ parent: scope, layout: newLayout([undefined]) }) };
  },
  if: (reader, scope) => ({
    kind: "if",
    position: reader.position(),
    condition: reader.node(scope),
    yes: reader.node(scope),
    no: reader.node(scope),
  }),
  assert: (reader, scope) => ({
    kind: "assert",
    position: reader.position(),
    condition: reader.node(scope),
    body: reader.node(scope),
  }),
  not: (reader, scope) => ({ kind: "not", operand: reader.node(scope) }),
  operator: (reader, scope) => ({
    kind: "operator",
    position: reader.position(),
    operator: plainOperators[reader.next()] as (typeof plainOperators)[number],
    left: reader.node(scope),
    right: reader.node(scope),
  }),
  numeric: (reader, scope) => ({
    kind: "numeric",
    position: reader.position(),
    operator: numericOperators[reader.next()] as (typeof numericOperators)[number],
    left: reader.node(scope),
    right: reader.node(scope),
    function: reader.node(scope) as VariableNode,
  }),
};

const readersByTag = storedTags.map((tag) => readers[tag]);

function readSet(reader: TreeReader, scope: StoredScope | undefined): StoredSet {
  const set = new StoredSet(reader, scope);
  const { inner } = set;
  for (let left = set.dynamicCount; left > 0; left--) {
    set.dynamic.push({ position: reader.position(), name: reader.node(inner), value: reader.node(inner) });
  }
  return set;
}

function readLambda(reader: TreeReader, scope: StoredScope | undefined): StoredLambda {
  const position = reader.position();
  const bits = reader.next();
  const argument = reader.nameOrNone();
  const name = reader.nameOrNone() ?? "";
  const bodyAt = reader.next();
  const formalCount = reader.next();
  const expressions: (Node | undefined)[] = argument === undefined ? [undefined] : [undefined, undefined];
  const inner: StoredScope = { parent: scope, layout: newLayout(expressions) };
  let formals: Formal[] | undefined;
  if ((bits & lambdaBits.hasFormals) !== 0) {
    formals = [];
    for (let left = formalCount; left > 0; left--) {
      const name = reader.name();
      const position = reader.position();
      const fallback = reader.next() === 1 ? reader.node(inner) : undefined;
      expressions.push(fallback);
      formals.push({ name, position, fallback });
    }
  }
  const hasEllipsis = (bits & lambdaBits.hasEllipsis) !== 0;
  return new StoredLambda({ reader, bodyAt, inner, position, argument, formals, hasEllipsis, name });
}
