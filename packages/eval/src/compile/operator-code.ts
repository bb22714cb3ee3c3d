import { divide, multiply, subtract } from "../run/arithmetic.ts";
import { lessThan } from "../run/comparison.ts";
import { equalValues } from "../run/equality.ts";
import { largeAllocationBytes } from "../run/limit-watch.ts";
import type { Machine } from "../run/machine.ts";
import type { Node, NotNode, NumericNode, OperatorNode } from "../syntax/syntax-tree.ts";
import { Attrs } from "../values/attrs.ts";
import { isList, type Lazy, NixFloat, type NixInteger, type Value } from "../values/value.ts";
import { callCode } from "./call-code.ts";
import type { Code } from "./code.ts";
import type { Compiler } from "./compiler.ts";

export function notCode(compiler: Compiler, node: NotNode): Code {
  const { machine } = compiler;
  const operand = compiler.compile(node.operand);
  return (environment) => {
    const value = operand(environment);
    return typeof value === "boolean" ? !value : machine.wrongType(value, "a Boolean", undefined);
  };
}

export function operatorCode(compiler: Compiler, node: OperatorNode): Code {
  const { machine } = compiler;
  const { position } = node;
  const left = compiler.compile(node.left);
  const right = compiler.compile(node.right);
  const check = (value: Value): boolean =>
    typeof value === "boolean" ? value : machine.wrongType(value, "a Boolean", undefined, position);
  switch (node.operator) {
    case "==":
      return equalCode(machine, left, right, position);
    case "!=": {
      const equals = equalCode(machine, left, right, position);
      return (environment) => !equals(environment);
    }
    case "&&":
      return (environment) => check(left(environment)) && check(right(environment));
    case "||":
      return (environment) => check(left(environment)) || check(right(environment));
    case "->":
      return (environment) => !check(left(environment)) || check(right(environment));
    case "//":
      return updateCode(machine, left, right, position);
    case "++":
      return concatListsCode(machine, left, right, position);
  }
}

function equalCode(machine: Machine, left: Code, right: Code, position: number): (environment: unknown[]) => boolean {
  return (environment) => {
    const first = left(environment);
    const second = right(environment);
    if (typeof first === "string" && typeof second === "string") return first === second;
    try {
      return equalValues(machine, first, second);
    } catch (error) {
      throw machine.traced(error, "while comparing two values for equality", position);
    }
  };
}

function updateCode(machine: Machine, left: Code, right: Code, position: number): Code {
  return (environment) => {
    const first = left(environment);
    if (!(first instanceof Attrs)) return machine.wrongType(first, "a set", undefined, position);
    const second = right(environment);
    if (!(second instanceof Attrs)) return machine.wrongType(second, "a set", undefined, position);
    return first.update(second);
  };
}

function concatListsCode(machine: Machine, left: Code, right: Code, position: number): Code {
  return (environment) => {
    const first = left(environment);
    const second = right(environment);
    if (!isList(first)) return machine.wrongType(first, "a list", undefined, position);
    if (!isList(second)) return machine.wrongType(second, "a list", undefined, position);
    if (first.length === 0) return second;
    if (second.length === 0) return first;
    const neededBytes = (first.length + second.length) * 8;
    if (neededBytes > largeAllocationBytes) machine.look(position, neededBytes);
    return (first as Lazy[]).concat(second as Lazy[]);
  };
}

export function numericCode(compiler: Compiler, node: NumericNode): Code {
  if (node.function.reference?.kind !== "global") return shadowedCode(compiler, node);
  const { machine } = compiler;
  const { position } = node;
  const left = compiler.compile(node.left);
  const right = compiler.compile(node.right);
  switch (node.operator) {
    case "-":
      return arithmeticCode(machine, left, right, position, "subtracting", subtract);
    case "*":
      return arithmeticCode(machine, left, right, position, "multiplying", multiply);
    case "/":
      return arithmeticCode(machine, left, right, position, "dividing", divide);
    case "<":
      return comparisonCode(machine, left, right, position, false, false);
    case ">":
      return comparisonCode(machine, left, right, position, true, false);
    case "<=":
      return comparisonCode(machine, left, right, position, true, true);
    case ">=":
      return comparisonCode(machine, left, right, position, false, true);
  }
}

type Numeric = NixInteger | NixFloat;

function arithmeticCode(
  machine: Machine,
  left: Code,
  right: Code,
  position: number,
  doing: string,
  operate: (left: Numeric, right: Numeric, rules: Machine["settings"]) => Numeric,
): Code {
  return (environment) => {
    const first = left(environment);
    const second = right(environment);
    if (!isNumeric(first) || !isNumeric(second)) {
      return machine.wrongType(isNumeric(first) ? second : first, "an integer", undefined, position);
    }
    try {
      return operate(first, second, machine.settings);
    } catch (error) {
      throw machine.traced(error, `while ${doing}`, position);
    }
  };
}

function isNumeric(value: Value): value is Numeric {
  return typeof value === "number" || typeof value === "bigint" || value instanceof NixFloat;
}

/** `left < right`; `swapped` for `right < left`, `negated` for its opposite. The first operand is forced first. */
function comparisonCode(
  machine: Machine,
  left: Code,
  right: Code,
  position: number,
  swapped: boolean,
  negated: boolean,
): Code {
  return (environment) => {
    const first = swapped ? right(environment) : left(environment);
    const second = swapped ? left(environment) : right(environment);
    if (typeof first === "number" && typeof second === "number") return first < second !== negated;
    try {
      return lessThan(machine, first, second) !== negated;
    } catch (error) {
      throw machine.traced(error, "while comparing two values", position);
    }
  };
}

/** An operator whose function the program has defined itself. */
function shadowedCode(compiler: Compiler, node: NumericNode): Code {
  const swapped = node.operator === ">" || node.operator === "<=";
  const args: Node[] = swapped ? [node.right, node.left] : [node.left, node.right];
  const call = callCode(compiler, { kind: "call", position: node.position, callee: node.function, args });
  if (node.operator !== "<=" && node.operator !== ">=") return call;
  const { machine } = compiler;
  return (environment) => !machine.forceBoolean(call(environment));
}
