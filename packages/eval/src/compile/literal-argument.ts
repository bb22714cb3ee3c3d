import type { CallNode, Node } from "../syntax/syntax-tree.ts";
import { Attrs } from "../values/attrs.ts";
import { type Lazy, NixFloat, NixPath, type Value } from "../values/value.ts";
import { isPlainSet } from "./attributes-code.ts";
import type { Code } from "./code.ts";
import type { Compiler } from "./compiler.ts";

/** What describes `{ }` wholly. */
export const emptySetKey = "{}";

/**
 * Code for a call of a request's own text with an argument that is written out: what it gives may be kept, if it is a
 * file's function that is called. Undefined for other calls.
 */
export function literalCallCode(compiler: Compiler, node: CallNode): Code | undefined {
  const { machine, request } = compiler;
  const [argument] = node.args as [Node];
  if (request === undefined || node.args.length !== 1 || argument.kind !== "attributes") return undefined;
  const described = new Description(compiler);
  if (!described.add(argument)) return undefined;
  const { position } = node;
  const callee = compiler.compile(node.callee);
  const delay = compiler.delayEagerly(argument);
  const makeArgument = (): Lazy => {
    if (described.hasPositions) machine.files.keepText(request);
    return delay(machine.world.topEnvironment);
  };
  return (environment) => machine.applyToLiteral(callee(environment), described.text, makeArgument, position);
}

/** A text that is the same for two literals if nothing can tell them apart, not even by where they are defined. */
class Description {
  readonly #compiler: Compiler;
  text = "";
  hasPositions = false;

  constructor(compiler: Compiler) {
    this.#compiler = compiler;
  }

  /** False if the expression isn't a literal. */
  add(node: Node): boolean {
    if (node.kind === "list") {
      this.text += "[";
      const areLiterals = node.elements.every((element) => this.add(element));
      this.text += "]";
      return areLiterals;
    }
    if (node.kind === "attributes") return this.#addSet(node);
    const constant = this.#compiler.constant(node);
    const shown = constant === undefined ? undefined : showConstant(constant);
    this.text += `${shown};`;
    return shown !== undefined;
  }

  #addSet(node: Node & { kind: "attributes" }): boolean {
    if (node.isRecursive || !isPlainSet(node)) return false;
    this.text += "{";
    for (const [name, definition] of node.definitions) {
      if (definition.kind === "inherited-from") return false;
      this.text += `${JSON.stringify(name)}${this.#place(definition.position)}`;
      if (!this.add(definition.value)) return false;
    }
    this.text += "}";
    return true;
  }

  /** What errors and `unsafeGetAttrPos` show of a position. */
  #place(position: number): string {
    const found = this.#compiler.machine.positions.resolve(position);
    if (found === undefined) return "";
    this.hasPositions = true;
    const { source, line, column } = found;
    return JSON.stringify([source.name, line, column, source.lineText(line)]);
  }
}

function showConstant(value: Value): string | undefined {
  if (value instanceof NixPath) return `path ${JSON.stringify(value.path)}`;
  if (value instanceof NixFloat) return `float ${Object.is(value.value, -0) ? "-0" : value.value}`;
  if (value instanceof Attrs || (typeof value === "object" && value !== null)) return undefined;
  return typeof value === "bigint" ? `${value}` : JSON.stringify(value);
}
