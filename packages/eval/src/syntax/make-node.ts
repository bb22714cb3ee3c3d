import type { Node, NumericOperator } from "./syntax-tree.ts";

const functionOfOperator: Readonly<Record<NumericOperator, string>> = {
  "-": "__sub",
  "*": "__mul",
  "/": "__div",
  "<": "__lessThan",
  "<=": "__lessThan",
  ">": "__lessThan",
  ">=": "__lessThan",
};

export function variableOrPosition(name: string, position: number): Node {
  return name === "__curPos"
    ? { kind: "current-position", position }
    : { kind: "variable", position, name, reference: undefined };
}

/** A call; of a call it is one call with more arguments. */
export function makeCall(callee: Node, args: Node[], position: number): Node {
  if (callee.kind !== "call") return { kind: "call", position, callee, args };
  callee.args.push(...args);
  return callee;
}

export function numeric(operator: NumericOperator, position: number, left: Node, right: Node): Node {
  const name = functionOfOperator[operator];
  return {
    kind: "numeric",
    position,
    operator,
    left,
    right,
    function: { kind: "variable", position, name, reference: undefined },
  };
}
