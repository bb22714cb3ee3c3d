import type { Machine } from "../run/machine.ts";
import type { SourceFile } from "../syntax/position-table.ts";
import { type Node, type SelectNode, type SlotScope, slotExpression } from "../syntax/syntax-tree.ts";
import { Attrs } from "../values/attrs.ts";
import { resolvePathLiteral } from "../values/canonical-path.ts";
import { inOwnCell } from "../values/functions.ts";
import { Deferred, type Environment, Thunk } from "../values/thunk.ts";
import { type Lazy, NixFloat, NixPath, type Value } from "../values/value.ts";
import { attributesCode, hasAttributeCode, isPlainSet, plainSetCode } from "./attributes-code.ts";
import { callCode } from "./call-code.ts";
import type { Code, DelayedCode } from "./code.ts";
import { concatCode } from "./concat-code.ts";
import { assertCode, currentPositionCode, ifCode, letCode, listCode, withCode } from "./control-code.ts";
import { lambdaCode } from "./lambda-code.ts";
import { notCode, numericCode, operatorCode } from "./operator-code.ts";
import { selectCode } from "./select-code.ts";
import { inheritSourceCode, variableCode, variableDelay } from "./variable-code.ts";

/** Turns the bound expressions of one file into code, each when it is first needed. */
export class Compiler {
  readonly machine: Machine;
  /** Where relative path literals of this file start. */
  readonly directory: string;

  /** The text of a request, whose code and values are over with it; undefined for a file. */
  readonly request: SourceFile | undefined;

  constructor(machine: Machine, directory: string, request?: SourceFile) {
    this.machine = machine;
    this.directory = directory;
    this.request = request;
  }

  /** Code for an expression, now. */
  compile(node: Node): Code {
    switch (node.kind) {
      case "integer":
      case "float":
      case "string":
      case "path": {
        const value = this.constant(node) as Value;
        return () => value;
      }
      case "variable":
        return variableCode(this, node);
      case "inherit-source":
        return inheritSourceCode(this, node);
      case "current-position":
        return currentPositionCode(this, node);
      case "concat":
        return concatCode(this, node);
      case "select":
        return selectCode(this, node);
      case "has-attribute":
        return hasAttributeCode(this, node);
      case "attributes":
        return attributesCode(this, node);
      case "list":
        return listCode(this, node);
      case "lambda":
        return lambdaCode(this, node);
      case "call":
        return callCode(this, node);
      case "let":
        return letCode(this, node);
      case "with":
        return withCode(this, node);
      case "if":
        return ifCode(this, node);
      case "assert":
        return assertCode(this, node);
      case "not":
        return notCode(this, node);
      case "operator":
        return operatorCode(this, node);
      case "numeric":
        return numericCode(this, node);
    }
  }

  /** The value of an expression that is the same in every environment; undefined if it isn't. */
  constant(node: Node): Value | undefined {
    switch (node.kind) {
      case "integer":
      case "string":
        return node.value;
      case "float":
        return new NixFloat(node.value);
      case "path":
        return new NixPath(this.resolvePath(node.text));
      case "variable": {
        const { reference } = node;
        if (reference?.kind === "global") return this.#globalConstant(reference.name);
        if (reference?.kind !== "slot" || !reference.scope.isFixed) return undefined;
        const expression = slotExpression(reference.scope, reference.slot);
        return expression === undefined || expression.kind === "variable" ? undefined : this.constant(expression);
      }
      default:
        return undefined;
    }
  }

  #globalConstant(name: string): Value | undefined {
    if (this.machine.changingGlobals.has(name)) return undefined;
    const value = this.machine.globals.get(name);
    return value instanceof Thunk ? undefined : value;
  }

  /** The value of `builtins.name`, where both are what they seem and the value is at hand. */
  builtinConstant(node: SelectNode): Value | undefined {
    const [name] = node.path;
    if (node.path.length !== 1 || typeof name !== "string" || node.subject.kind !== "variable") return undefined;
    const { reference } = node.subject;
    if (this.machine.changingGlobals.has(name)) return undefined;
    if (reference?.kind !== "global" || reference.name !== "builtins") return undefined;
    const builtins = this.machine.globals.get("builtins");
    const value = builtins instanceof Attrs ? builtins.get(name) : undefined;
    return value instanceof Thunk ? undefined : value;
  }

  resolvePath(text: string): string {
    return resolvePathLiteral(text, this.directory, () => this.machine.io.homeDirectory());
  }

  /** Code that is compiled when it first runs. */
  deferred(node: Node): Deferred {
    const deferred: Deferred = new Deferred((environment) => {
      const code = this.compile(node);
      deferred.run = code;
      return code(environment);
    }, isAlias(node));
    return deferred;
  }

  /** The deferred code of a slot that is filled on demand; undefined for slots that always have a value. */
  slotDeferred(scope: SlotScope, slot: number): Deferred | undefined {
    const known = scope.deferreds[slot];
    if (known !== undefined) return known;
    const expression = slotExpression(scope, slot);
    if (expression === undefined) return undefined;
    const deferred = this.deferred(expression);
    scope.deferreds[slot] = deferred;
    return deferred;
  }

  /** Code that passes an expression on without evaluating it: as an argument or element. */
  delay(node: Node): DelayedCode {
    const constant = this.constant(node);
    if (constant !== undefined) return node.kind === "select" ? () => inOwnCell(constant) : () => constant;
    switch (node.kind) {
      case "variable":
        return variableDelay(this, node);
      case "inherit-source":
        return inheritSourceCode(this, node);
      default:
        return this.#thunkCode(node);
    }
  }

  /** As `delay`, but functions and plain sets are made at once: cheaper than a thunk, and never an error. */
  delayEagerly(node: Node): DelayedCode {
    if (node.kind === "lambda") return lambdaCode(this, node);
    if (node.kind === "list" && node.elements.length === 0) return () => emptyList;
    if (node.kind === "attributes" && isPlainSet(node)) return plainSetCode(this, node);
    return this.delay(node);
  }

  #thunkCode(node: Node): DelayedCode {
    const deferred = this.deferred(node);
    return (environment: Environment): Lazy => new Thunk(deferred, environment);
  }
}

const emptyList: readonly Lazy[] = [];

/** A variable shares the cell of what it is bound to; what `with` brings is looked up, and so lies in a cell of its own. */
function isAlias(node: Node): boolean {
  return node.kind === "variable" && node.reference?.kind !== "with";
}
