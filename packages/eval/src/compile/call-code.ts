import type { Machine } from "../run/machine.ts";
import type { CallNode, Node } from "../syntax/syntax-tree.ts";
import { Builtin, Closure } from "../values/functions.ts";
import type { Lazy, Value } from "../values/value.ts";
import type { Code, DelayedCode } from "./code.ts";
import type { Compiler } from "./compiler.ts";
import { literalCallCode } from "./literal-argument.ts";

export function callCode(compiler: Compiler, node: CallNode): Code {
  const { machine } = compiler;
  const { position } = node;
  const literal = literalCallCode(compiler, splitImport(compiler, node));
  if (literal !== undefined) return literal;
  const args = node.args.map((argument) => compiler.delayEagerly(argument));
  const known = knownBuiltin(compiler, node.callee);
  if (known !== undefined && known.arity === args.length && args.length <= 3)
    return builtinCallCode(machine, known, args, position);
  const callee = compiler.compile(node.callee);
  const [first, second] = args as [DelayedCode, DelayedCode];
  if (args.length === 1) {
    return (environment) => {
      const called = callee(environment);
      if (called instanceof Closure) {
        return machine.enter(called.template, called.environment, first(environment), position);
      }
      return machine.apply(called, [first(environment)], position);
    };
  }
  if (args.length === 2) {
    return (environment) => {
      const called = callee(environment);
      if (called instanceof Closure && called.template.inner !== undefined) {
        return machine.enter2(called.template, called.environment, first(environment), second(environment), position);
      }
      return machine.apply(called, [first(environment), second(environment)], position);
    };
  }
  return (environment) => {
    const called = callee(environment);
    const passed: Lazy[] = [];
    for (const argument of args) passed.push(argument(environment));
    return machine.apply(called, passed, position);
  };
}

/** `import file argument` as `(import file) argument`, which is the same. */
function splitImport(compiler: Compiler, node: CallNode): CallNode {
  const [file, ...args] = node.args;
  if (args.length === 0 || file === undefined || compiler.request === undefined) return node;
  if (knownBuiltin(compiler, node.callee)?.name !== "import") return node;
  return { ...node, callee: { ...node, args: [file] }, args };
}

/** The built-in that a callee certainly is. */
function knownBuiltin(compiler: Compiler, callee: Node): Builtin | undefined {
  let value: Value | undefined;
  if (callee.kind === "variable") value = compiler.constant(callee);
  else if (callee.kind === "select") value = compiler.builtinConstant(callee);
  return value instanceof Builtin ? value : undefined;
}

function builtinCallCode(machine: Machine, builtin: Builtin, args: readonly DelayedCode[], position: number): Code {
  const { run } = builtin;
  const [first, second, third] = args as [DelayedCode, DelayedCode, DelayedCode];
  switch (args.length) {
    case 1:
      return (environment) => {
        machine.countCall(position);
        try {
          const value = run(machine, first(environment));
          machine.depth--;
          return value;
        } catch (error) {
          throw machine.tracedBuiltin(error, builtin, position);
        }
      };
    case 2:
      return (environment) => {
        machine.countCall(position);
        try {
          const value = run(machine, first(environment), second(environment));
          machine.depth--;
          return value;
        } catch (error) {
          throw machine.tracedBuiltin(error, builtin, position);
        }
      };
    default:
      return (environment) => {
        machine.countCall(position);
        try {
          const value = run(machine, first(environment), second(environment), third(environment));
          machine.depth--;
          return value;
        } catch (error) {
          throw machine.tracedBuiltin(error, builtin, position);
        }
      };
  }
}
