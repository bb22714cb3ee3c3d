import type { Machine } from "../run/machine.ts";
import { showName } from "../syntax/show-node.ts";
import type { AttributeName, SelectNode } from "../syntax/syntax-tree.ts";
import { Attrs } from "../values/attrs.ts";
import { NameLookUp } from "../values/name-look-up.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { suggestNames } from "../values/suggestions.ts";
import { type Environment, Thunk } from "../values/thunk.ts";
import type { Value } from "../values/value.ts";
import { attributeNameCode } from "./attribute-name.ts";
import type { Code } from "./code.ts";
import type { Compiler } from "./compiler.ts";

export function selectCode(compiler: Compiler, node: SelectNode): Code {
  const folded = compiler.builtinConstant(node);
  if (folded !== undefined) return () => folded;
  const [first] = node.path;
  if (node.fallback === undefined) {
    if (node.path.length === 1 && typeof first === "string") return plainSelectCode(compiler, node, first);
    return pathSelectCode(compiler, node);
  }
  return fallbackSelectCode(compiler, node);
}

function plainSelectCode(compiler: Compiler, node: SelectNode, name: string): Code {
  const { machine } = compiler;
  const { position } = node;
  const subject = compiler.compile(node.subject);
  const lookUp = attributeLookUp(machine, name);
  return (environment) => {
    const set = subject(environment);
    if (!(set instanceof Attrs)) throw notASet(set, position);
    const value = lookUp(set);
    if (value === undefined) throw missingAttribute(set, name, [name], position);
    return value;
  };
}

/** Finds and forces an attribute of a name that is known beforehand. */
function attributeLookUp(machine: Machine, name: string): (set: Attrs) => Value | undefined {
  const lookUp = new NameLookUp(name);
  return (set) => {
    for (let layer: Attrs | null = set; layer !== null; layer = layer.base) {
      const index = lookUp.indexIn(layer.shape);
      if (index < 0) continue;
      const content = layer.slots[index + 1];
      if (content !== undefined && !(content instanceof Thunk)) return content as Value;
      return forceAttribute(machine, layer, index, name);
    }
    return undefined;
  };
}

/** Finds and forces an attribute of a name that was computed. */
function lookUpComputed(machine: Machine, name: string, set: Attrs): Value | undefined {
  for (let layer: Attrs | null = set; layer !== null; layer = layer.base) {
    const index = layer.shape.indexOf(name);
    if (index >= 0) return forceAttribute(machine, layer, index, name);
  }
  return undefined;
}

function forceAttribute(machine: Machine, set: Attrs, index: number, name: string): Value {
  try {
    return set.forceAt(index);
  } catch (error) {
    throw machine.traced(error, `while evaluating the attribute '${name}'`, set.shape.positionAt(index));
  }
}

type NameOrCode = string | ((environment: Environment) => string);

interface PathStep {
  readonly name: NameOrCode;
  /** For a name that is known: its cached look-up. */
  readonly lookUp: ((set: Attrs) => Value | undefined) | undefined;
}

function pathSteps(compiler: Compiler, path: readonly AttributeName[]): PathStep[] {
  return path.map((name) =>
    typeof name === "string"
      ? { name, lookUp: attributeLookUp(compiler.machine, name) }
      : { name: attributeNameCode(compiler, name), lookUp: undefined },
  );
}

function nameAt(step: PathStep, environment: Environment): string {
  return typeof step.name === "string" ? step.name : step.name(environment);
}

function lookUpStep(machine: Machine, step: PathStep, set: Attrs, name: string): Value | undefined {
  return step.lookUp === undefined ? lookUpComputed(machine, name, set) : step.lookUp(set);
}

function pathSelectCode(compiler: Compiler, node: SelectNode): Code {
  const { machine } = compiler;
  const { position } = node;
  const subject = compiler.compile(node.subject);
  const steps = pathSteps(compiler, node.path);
  const staticNames = node.path.every((name) => typeof name === "string") ? node.path : undefined;
  return (environment) => {
    let current = subject(environment);
    const computedNames: string[] | undefined = staticNames === undefined ? [] : undefined;
    for (let at = 0; at < steps.length; at++) {
      const step = steps[at] as PathStep;
      const name = nameAt(step, environment);
      computedNames?.push(name);
      if (!(current instanceof Attrs)) throw notASet(current, position);
      const value = lookUpStep(machine, step, current, name);
      if (value === undefined) {
        const path = computedNames ?? (staticNames as readonly string[]).slice(0, at + 1);
        throw missingAttribute(current, name, path, position);
      }
      current = value;
    }
    return current;
  };
}

/** `a.b.c or fallback`: the fallback stands for every attribute on the way that isn't there, or isn't in a set. */
function fallbackSelectCode(compiler: Compiler, node: SelectNode): Code {
  const { machine } = compiler;
  const subject = compiler.compile(node.subject);
  const steps = pathSteps(compiler, node.path);
  const fallback = compiler.deferred(node.fallback as NonNullable<SelectNode["fallback"]>);
  return (environment) => {
    let current = subject(environment);
    for (const step of steps) {
      const name = nameAt(step, environment);
      if (!(current instanceof Attrs)) return fallback.run(environment);
      const value = lookUpStep(machine, step, current, name);
      if (value === undefined) return fallback.run(environment);
      current = value;
    }
    return current;
  };
}

function notASet(value: Value, position: number): NixError {
  return new NixError("type", `value is ${showType(value)} while a set was expected`, position);
}

function missingAttribute(set: Attrs, name: string, path: readonly string[], position: number): NixError {
  const shown = path.map(showName).join(".");
  return new NixError("missing-attribute", `attribute '${shown}' missing`, position, suggestNames(name, set.names()));
}
