import type { Node } from "../syntax/syntax-tree.ts";
import type { Environment } from "../values/thunk.ts";
import { ContextString, type Value } from "../values/value.ts";
import type { Compiler } from "./compiler.ts";

/** Code for the name in `set.${name}`: a string, whose context doesn't matter. */
export function attributeNameCode(compiler: Compiler, node: Node): (environment: Environment) => string {
  const code = compiler.compile(node);
  const { machine } = compiler;
  return (environment) => nameOf(code(environment), (value) => machine.wrongType(value, "a string", undefined));
}

/** As `attributeNameCode`, for definitions: a null name defines nothing. */
export function definedNameCode(compiler: Compiler, node: Node): (environment: Environment) => string | undefined {
  const code = compiler.compile(node);
  const { machine } = compiler;
  return (environment) => {
    const value = code(environment);
    return value === null ? undefined : nameOf(value, (wrong) => machine.wrongType(wrong, "a string", undefined));
  };
}

function nameOf(value: Value, wrongType: (value: Value) => never): string {
  if (typeof value === "string") return value;
  return value instanceof ContextString ? value.text : wrongType(value);
}
