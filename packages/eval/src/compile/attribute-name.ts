import type { Node } from "../syntax/syntax-tree.ts";
import type { Environment } from "../values/thunk.ts";
import type { Compiler } from "./compiler.ts";

/** Code for the name in `set.${name}`: a string that doesn't refer to the store. */
export function attributeNameCode(compiler: Compiler, node: Node): (environment: Environment) => string {
  const code = compiler.compile(node);
  const { machine } = compiler;
  return (environment) => machine.forcePlainString(code(environment));
}

/** As `attributeNameCode`, for definitions: a null name defines nothing. */
export function definedNameCode(compiler: Compiler, node: Node): (environment: Environment) => string | undefined {
  const code = compiler.compile(node);
  const { machine } = compiler;
  return (environment) => {
    const value = code(environment);
    return value === null ? undefined : machine.forcePlainString(value);
  };
}
