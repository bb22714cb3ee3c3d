import { add } from "../run/arithmetic.ts";
import { coerceToString } from "../run/coercion.ts";
import type { Machine } from "../run/machine.ts";
import type { ConcatNode, Node } from "../syntax/syntax-tree.ts";
import { canonicalPath } from "../values/canonical-path.ts";
import { type Context, joinContexts } from "../values/context.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import type { Environment } from "../values/thunk.ts";
import {
  ContextString,
  contextOf,
  makeString,
  NixFloat,
  type NixInteger,
  NixPath,
  type NixString,
  textOf,
  type Value,
} from "../values/value.ts";
import type { Code } from "./code.ts";
import type { Compiler } from "./compiler.ts";

export function concatCode(compiler: Compiler, node: ConcatNode): Code {
  if (node.isString) return interpolationCode(compiler, node);
  const [first, second] = node.parts as [Node, Node];
  if (first.kind === "path") return pathConcatCode(compiler, node, first.text);
  return plusCode(compiler.machine, compiler.compile(first), compiler.compile(second), node);
}

const interpolation = { copyToStore: true, coerceMore: false };
const joining = { copyToStore: false, coerceMore: false };

function interpolationCode(compiler: Compiler, node: ConcatNode): Code {
  if (node.parts.every((part) => part.kind === "string")) {
    const text = node.parts.map((part) => part.value).join("");
    return () => text;
  }
  const { machine } = compiler;
  const { partPositions } = node;
  const parts = node.parts.map((part) => (part.kind === "string" ? part.value : compiler.compile(part)));
  return (environment) => {
    let text = "";
    let context: Context | undefined;
    for (let index = 0; index < parts.length; index++) {
      const part = parts[index] as (typeof parts)[number];
      if (typeof part === "string") {
        text += part;
        continue;
      }
      const value = part(environment);
      if (typeof value === "string") {
        text += value;
        continue;
      }
      const coerced = coerceAt(machine, value, interpolation, partPositions[index] as number);
      text += textOf(coerced);
      context = joinContexts(context, contextOf(coerced));
    }
    return makeString(text, context);
  };
}

function coerceAt(machine: Machine, value: Value, options: typeof interpolation, position: number) {
  if (value instanceof ContextString) return value;
  try {
    return coerceToString(machine, value, options);
  } catch (error) {
    throw machine.traced(error, "while evaluating a string interpolation or concatenation", position);
  }
}

type Numeric = NixInteger | NixFloat;

function isNumeric(value: Value): value is Numeric {
  return typeof value === "number" || typeof value === "bigint" || value instanceof NixFloat;
}

/** `left + right`: numbers are added; a path on the left makes a path, everything else a string. */
function plusCode(machine: Machine, left: Code, right: Code, node: ConcatNode): Code {
  const { position } = node;
  const [leftPosition, rightPosition] = node.partPositions as [number, number];
  return (environment) => {
    const first = left(environment);
    if (typeof first === "string") {
      const second = right(environment);
      return typeof second === "string" ? first + second : join(machine, first, first, second, rightPosition);
    }
    if (isNumeric(first)) return plusNumber(machine, first, right(environment), position, rightPosition);
    // What can't become a string fails before the right side is looked at.
    const start = first instanceof ContextString ? first : coerceAt(machine, first, joining, leftPosition);
    return join(machine, first, start, right(environment), rightPosition);
  };
}

function plusNumber(machine: Machine, first: Numeric, second: Value, position: number, secondPosition: number): Value {
  if (typeof first === "number" && typeof second === "number") {
    const sum = first + second;
    if (Number.isSafeInteger(sum)) return sum;
  }
  if (isNumeric(second)) return machine.withFrame("while adding", position, () => add(first, second, machine.settings));
  const type = first instanceof NixFloat ? "a float" : "an integer";
  throw new NixError("type", `cannot add ${showType(second)} to ${type}`, secondPosition);
}

function join(machine: Machine, first: Value, start: NixString, second: Value, position: number): Value {
  const isText = typeof first === "string" || first instanceof ContextString;
  const end = coerceAt(machine, second, isText ? interpolation : joining, position);
  const context = joinContexts(contextOf(start), contextOf(end));
  const text = textOf(start) + textOf(end);
  return first instanceof NixPath ? makePath(text, context, position) : makeString(text, context);
}

function makePath(text: string, context: Context | undefined, position: number): NixPath {
  if (context !== undefined) {
    throw new NixError(
      "unexpected-context",
      "a string that refers to a store path cannot be appended to a path",
      position,
    );
  }
  return new NixPath(canonicalPath(text));
}

/** `./directory/${name}`. */
function pathConcatCode(compiler: Compiler, node: ConcatNode, literal: string): Code {
  const { machine } = compiler;
  const { position, partPositions } = node;
  const start = compiler.resolvePath(literal) + (literal.endsWith("/") && literal !== "/" ? "/" : "");
  const rest = node.parts.slice(1).map((part) => compiler.compile(part));
  return (environment: Environment) => {
    let text = start;
    let context: Context | undefined;
    rest.forEach((part, index) => {
      const coerced = coerceAt(machine, part(environment), joining, partPositions[index + 1] as number);
      text += textOf(coerced);
      context = joinContexts(context, contextOf(coerced));
    });
    return makePath(text, context, position);
  };
}
