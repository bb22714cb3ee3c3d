import type { SourceFile } from "../syntax/position-table.ts";
import type {
  AttributeDefinition,
  AttributeName,
  AttributesLayout,
  AttributesNode,
  InheritSource,
  LambdaNode,
  Node,
  VariableNode,
} from "../syntax/syntax-tree.ts";
import { bytesFromByteString } from "../values/byte-string.ts";
import {
  definitionKindBits,
  definitionKinds,
  headerLength,
  lambdaBits,
  noName,
  numericOperators,
  plainOperators,
  type StoredTag,
  setBits,
  storedTags,
} from "./stored-tree.ts";

/** The bytes of a bound tree; undefined if it has something that they can't hold. */
export function writeTree(root: Node, source: SourceFile): Uint8Array | undefined {
  try {
    return new TreeWriter(source).write(root);
  } catch (error) {
    // Each level of nesting takes a piece of the stack.
    if (error instanceof CannotWrite || error instanceof RangeError) return undefined;
    throw error;
  }
}

class CannotWrite extends Error {}

const tagNumbers = Object.fromEntries(storedTags.map((tag, index) => [tag, index])) as Record<StoredTag, number>;

class TreeWriter {
  readonly #source: SourceFile;
  readonly #code: number[] = [];
  readonly #names = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #textPlaces = new Map<string, number>();
  #textLength = 0;
  /** Nodes that lie elsewhere, and where the place of each is to be noted, above the lowest `shift` bits. */
  readonly #later: { node: Node; at: number; shift: number }[] = [];

  constructor(source: SourceFile) {
    this.#source = source;
  }

  write(root: Node): Uint8Array {
    this.#node(root);
    for (let next = this.#later.pop(); next !== undefined; next = this.#later.pop()) {
      this.#code[next.at] = (this.#code[next.at] as number) | (this.#code.length << next.shift);
      this.#node(next.node);
    }
    const names = JSON.stringify([...this.#names.keys()]);
    const texts = this.#texts.join("");
    const numbers = new Int32Array(headerLength + this.#code.length);
    numbers.set([this.#code.length, names.length, texts.length]);
    numbers.set(this.#code, headerLength);
    const bytes = new Uint8Array(numbers.byteLength + names.length + texts.length);
    bytes.set(new Uint8Array(numbers.buffer));
    bytes.set(bytesFromByteString(names + texts), numbers.byteLength);
    return bytes;
  }

  #tag(tag: StoredTag): void {
    this.#code.push(tagNumbers[tag]);
  }

  #position(position: number): number {
    const offset = position - this.#source.base;
    if (offset < 0 || offset > this.#source.text.length) throw new CannotWrite();
    return offset;
  }

  #name(name: string): number {
    let index = this.#names.get(name);
    if (index === undefined) {
      index = this.#names.size;
      this.#names.set(name, index);
    }
    return index;
  }

  #text(text: string): void {
    let place = this.#textPlaces.get(text);
    if (place === undefined) {
      place = this.#textLength;
      this.#textPlaces.set(text, place);
      this.#texts.push(text);
      this.#textLength += text.length;
    }
    this.#code.push(place, text.length);
  }

  #elsewhere(node: Node, lowest = 0, shift = 0): void {
    this.#later.push({ node, at: this.#code.length, shift });
    this.#code.push(lowest);
  }

  #node(node: Node): void {
    switch (node.kind) {
      case "integer":
        this.#integer(node.value);
        return;
      case "float":
        this.#tag("float");
        this.#text(String(node.value));
        return;
      case "string":
        this.#tag("string");
        this.#text(node.value);
        return;
      case "path":
        this.#tag("path");
        this.#code.push(this.#position(node.position));
        this.#text(node.text);
        return;
      case "concat":
        this.#tag("concat");
        this.#code.push(this.#position(node.position), node.isString ? 1 : 0, node.parts.length);
        for (const position of node.partPositions) this.#code.push(this.#position(position));
        if (node.partPositions.length !== node.parts.length) throw new CannotWrite();
        for (const part of node.parts) this.#node(part);
        return;
      case "variable":
        this.#variable(node);
        return;
      case "current-position":
        this.#tag("current-position");
        this.#code.push(this.#position(node.position));
        return;
      case "select":
        this.#tag("select");
        this.#code.push(this.#position(node.position), node.fallback === undefined ? 0 : 1);
        this.#node(node.subject);
        this.#path(node.path);
        if (node.fallback !== undefined) this.#node(node.fallback);
        return;
      case "has-attribute":
        this.#tag("has-attribute");
        this.#node(node.subject);
        this.#path(node.path);
        return;
      case "attributes":
        this.#tag("attributes");
        this.#attributes(node);
        return;
      case "inherit-source":
        // Such a node stands only behind the names that come from it.
        throw new CannotWrite();
      case "list":
        this.#tag("list");
        this.#code.push(node.elements.length);
        for (const element of node.elements) this.#node(element);
        return;
      case "lambda":
        this.#lambda(node);
        return;
      case "call":
        this.#tag("call");
        this.#code.push(this.#position(node.position), node.args.length);
        this.#node(node.callee);
        for (const argument of node.args) this.#node(argument);
        return;
      case "let":
        this.#tag("let");
        this.#attributes(node.attributes);
        this.#node(node.body);
        return;
      case "with":
        this.#tag("with");
        this.#code.push(this.#position(node.position));
        this.#node(node.subject);
        this.#node(node.body);
        return;
      case "if":
        this.#tag("if");
        this.#code.push(this.#position(node.position));
        this.#node(node.condition);
        this.#node(node.yes);
        this.#node(node.no);
        return;
      case "assert":
        this.#tag("assert");
        this.#code.push(this.#position(node.position));
        this.#node(node.condition);
        this.#node(node.body);
        return;
      case "not":
        this.#tag("not");
        this.#node(node.operand);
        return;
      case "operator":
        this.#tag("operator");
        this.#code.push(this.#position(node.position), plainOperators.indexOf(node.operator));
        this.#node(node.left);
        this.#node(node.right);
        return;
      case "numeric":
        this.#tag("numeric");
        this.#code.push(this.#position(node.position), numericOperators.indexOf(node.operator));
        this.#node(node.left);
        this.#node(node.right);
        this.#variable(node.function);
        return;
      default:
        node satisfies never;
        throw new CannotWrite();
    }
  }

  #integer(value: number | bigint): void {
    if (value === (Number(value) | 0)) {
      this.#tag("integer");
      this.#code.push(value);
    } else {
      this.#tag(typeof value === "bigint" ? "big-integer" : "large-integer");
      this.#text(String(value));
    }
  }

  #variable({ position, name, reference }: VariableNode): void {
    if (reference === undefined) throw new CannotWrite();
    this.#tag(`${reference.kind}-variable`);
    this.#code.push(this.#position(position), this.#name(name));
    if (reference.kind === "slot") this.#code.push(reference.level, reference.slot);
    else if (reference.kind === "with") this.#code.push(reference.levels.length, ...reference.levels);
  }

  #path(path: readonly AttributeName[]): void {
    this.#code.push(path.length);
    for (const name of path) {
      if (typeof name === "string") this.#code.push(this.#name(name));
      else {
        this.#code.push(noName);
        this.#node(name);
      }
    }
  }

  #attributes(node: AttributesNode): void {
    const { names, positions } = node.layout as AttributesLayout;
    const overrides = node.definitions.has("__overrides") ? setBits.definesOverrides : 0;
    this.#code.push(this.#position(node.position), (node.isRecursive ? setBits.isRecursive : 0) | overrides);
    this.#code.push(names.length, node.sources.length, node.dynamic.length);
    for (const name of names) this.#code.push(this.#name(name));
    for (const position of positions) this.#code.push(this.#position(position));
    for (const name of names) this.#definition(name, node.definitions.get(name) as AttributeDefinition, node.sources);
    for (const source of node.sources) this.#elsewhere(source.expression);
    for (const attribute of node.dynamic) {
      this.#code.push(this.#position(attribute.position));
      this.#node(attribute.name);
      this.#node(attribute.value);
    }
  }

  #definition(name: string, definition: AttributeDefinition, sources: readonly InheritSource[]): void {
    const kind = definitionKinds.indexOf(definition.kind);
    if (definition.kind !== "inherited-from") {
      this.#elsewhere(definition.value, kind, definitionKindBits);
      return;
    }
    const { source, value, position } = definition;
    const index = sources.indexOf(source);
    const isAsWritten = value.subject === source && value.position === position && value.path[0] === name;
    if (index < 0 || !isAsWritten) throw new CannotWrite();
    this.#code.push((index << definitionKindBits) | kind);
  }

  #lambda(node: LambdaNode): void {
    const { formals } = node;
    const bits = (formals === undefined ? 0 : lambdaBits.hasFormals) | (node.hasEllipsis ? lambdaBits.hasEllipsis : 0);
    this.#tag("lambda");
    this.#code.push(this.#position(node.position), bits);
    this.#code.push(node.argument === undefined ? noName : this.#name(node.argument));
    this.#code.push(node.name === "" ? noName : this.#name(node.name));
    this.#elsewhere(node.body);
    this.#code.push(formals?.length ?? 0);
    for (const { name, position, fallback } of formals ?? []) {
      this.#code.push(this.#name(name), this.#position(position), fallback === undefined ? 0 : 1);
      if (fallback !== undefined) this.#node(fallback);
    }
  }
}
