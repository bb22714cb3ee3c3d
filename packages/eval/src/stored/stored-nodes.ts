import { newLayout } from "../bind/bind.ts";
import type {
  AttributeDefinition,
  AttributesLayout,
  AttributesNode,
  DynamicAttribute,
  Formal,
  InheritSource,
  LambdaNode,
  Node,
  SelectNode,
  SlotScope,
  VariableNode,
  VariableReference,
} from "../syntax/syntax-tree.ts";
import { slotExpression } from "../syntax/syntax-tree.ts";
import { definitionKindBits, definitionKinds, setBits } from "./stored-tree.ts";
import type { StoredScope, TreeReader } from "./tree-reader.ts";

const kindMask = (1 << definitionKindBits) - 1;

/** A set whose values are read when they are asked for. */
export class StoredSet implements AttributesNode {
  readonly kind = "attributes";
  readonly position: number;
  readonly isRecursive: boolean;
  readonly layout: AttributesLayout;
  readonly dynamic: DynamicAttribute[] = [];
  readonly sources: InheritSource[] = [];
  /** What its expressions are bound in. */
  readonly inner: StoredScope | undefined;
  readonly dynamicCount: number;
  readonly #reader: TreeReader;
  /** Where the places of the values lie, by index of the name; those of the sources follow. */
  readonly #valuesAt: number;
  #definitions: Map<string, AttributeDefinition> | undefined;

  /** Reads what precedes the names that are computed. */
  constructor(reader: TreeReader, scope: StoredScope | undefined) {
    this.#reader = reader;
    const { code, base, names: allNames } = reader;
    let { at } = reader;
    this.position = base + (code[at++] as number);
    const bits = code[at++] as number;
    const nameCount = code[at++] as number;
    const sourceCount = code[at++] as number;
    this.dynamicCount = code[at++] as number;
    const isRecursive = (bits & setBits.isRecursive) !== 0;
    const definesOverrides = (bits & setBits.definesOverrides) !== 0;
    this.isRecursive = isRecursive;
    const names: string[] = [];
    for (const end = at + nameCount; at < end; at++) names.push(allNames[code[at] as number] as string);
    const positions: number[] = [];
    for (const end = at + nameCount; at < end; at++) positions.push(base + (code[at] as number));
    this.#valuesAt = at;
    reader.at = at + nameCount + sourceCount;
    const own = newLayout(new Array(1 + nameCount + (isRecursive ? sourceCount : 0)), {
      isFixed: !definesOverrides,
      read: (slot) => this.#value(slot - 1),
    });
    let inner = scope;
    let sourceScope: SlotScope | undefined;
    if (isRecursive) inner = { parent: scope, layout: own };
    else if (sourceCount > 0) {
      const read = (slot: number) => this.#value(nameCount + slot - 1);
      sourceScope = newLayout(new Array(1 + sourceCount), { read });
      inner = { parent: scope, layout: sourceScope };
    }
    this.inner = inner;
    for (let index = 0; index < sourceCount; index++) {
      const slot = isRecursive ? 1 + nameCount + index : 1 + index;
      this.sources.push(new StoredSource(sourceScope ?? own, slot));
    }
    this.layout = { names, positions, scope: own, sourceScope, hasOverrides: isRecursive && definesOverrides };
  }

  get definitions(): Map<string, AttributeDefinition> {
    if (this.#definitions === undefined) {
      const { names } = this.layout;
      this.#definitions = new Map(names.map((name, index) => [name, this.#definition(index)]));
    }
    return this.#definitions;
  }

  #definition(index: number): AttributeDefinition {
    const position = this.layout.positions[index] as number;
    const value = slotExpression(this.layout.scope, index + 1) as Node;
    const field = this.#reader.code[this.#valuesAt + index] as number;
    const kind = definitionKinds[field & kindMask];
    if (kind === "plain") return { kind, position, value };
    if (kind === "inherited") return { kind, position, value: value as VariableNode };
    const source = this.sources[field >> definitionKindBits] as InheritSource;
    return { kind: "inherited-from", position, source, value: value as SelectNode };
  }

  /** The value of a name, or behind those the expression of a source. */
  #value(index: number): Node {
    const field = this.#reader.code[this.#valuesAt + index] as number;
    const { names, positions } = this.layout;
    if (index >= names.length) return this.#reader.nodeAt(field, this.inner);
    const target = field >> definitionKindBits;
    if (definitionKinds[field & kindMask] !== "inherited-from") return this.#reader.nodeAt(target, this.inner);
    return {
      kind: "select",
      position: positions[index] as number,
      subject: this.sources[target] as InheritSource,
      path: [names[index] as string],
      fallback: undefined,
    };
  }
}

class StoredSource implements InheritSource {
  readonly kind = "inherit-source";
  readonly reference: VariableReference & { kind: "slot" };

  constructor(scope: SlotScope, slot: number) {
    this.reference = { kind: "slot", level: 0, slot, scope };
  }

  get expression(): Node {
    const { scope, slot } = this.reference;
    return slotExpression(scope, slot) as Node;
  }
}

interface StoredLambdaParts extends Omit<LambdaNode, "kind" | "body" | "scope"> {
  readonly reader: TreeReader;
  readonly bodyAt: number;
  readonly inner: StoredScope;
}

/** A function whose body is read when it is asked for. */
export class StoredLambda implements LambdaNode {
  readonly kind = "lambda";
  readonly position: number;
  readonly argument: string | undefined;
  readonly formals: readonly Formal[] | undefined;
  readonly hasEllipsis: boolean;
  readonly name: string;
  readonly scope: SlotScope;
  readonly #parts: StoredLambdaParts;
  #body: Node | undefined;

  constructor(parts: StoredLambdaParts) {
    this.position = parts.position;
    this.argument = parts.argument;
    this.formals = parts.formals;
    this.hasEllipsis = parts.hasEllipsis;
    this.name = parts.name;
    this.scope = parts.inner.layout;
    this.#parts = parts;
  }

  get body(): Node {
    const { reader, bodyAt, inner } = this.#parts;
    this.#body ??= reader.nodeAt(bodyAt, inner);
    return this.#body;
  }
}
