import { Attrs } from "../values/attrs.ts";
import type { FormalParameter, LambdaTemplate } from "../values/functions.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { suggestNames } from "../values/suggestions.ts";
import { type Environment, Thunk } from "../values/thunk.ts";
import type { Lazy } from "../values/value.ts";
import type { Machine } from "./machine.ts";

/** The environment of a function with formals for one argument. Slots of absent parameters with defaults stay empty. */
export function bindFormals(
  machine: Machine,
  template: LambdaTemplate,
  parent: Environment,
  argument: Lazy,
  position: number,
): Environment {
  const set = argument instanceof Thunk ? argument.force() : argument;
  if (!(set instanceof Attrs)) {
    throw new NixError("type", `value is ${showType(set)} while a set was expected`, position);
  }
  const formals = template.formals as readonly FormalParameter[];
  const environment: Environment = new Array(template.slotCount + 1);
  environment[0] = parent;
  if (template.argumentName !== undefined) environment[1] = set;
  if (set.base === null) bindFlat(machine, template, formals, set, environment, position);
  else bindLayered(machine, template, formals, set, environment, position);
  return environment;
}

function bindFlat(
  machine: Machine,
  template: LambdaTemplate,
  formals: readonly FormalParameter[],
  set: Attrs,
  environment: Environment,
  position: number,
): void {
  const shape = set.shape;
  let indexes: readonly number[];
  if (shape === template.lastShape) indexes = template.lastIndexes as readonly number[];
  else {
    indexes = formals.map((formal) => shape.indexOf(formal.name));
    checkNames(machine, template, formals, set, indexes, position);
    template.lastShape = shape;
    template.lastIndexes = indexes;
  }
  for (let at = 0; at < formals.length; at++) {
    const index = indexes[at] as number;
    if (index >= 0) environment[(formals[at] as FormalParameter).slot] = set.shareAt(index);
  }
}

function bindLayered(
  machine: Machine,
  template: LambdaTemplate,
  formals: readonly FormalParameter[],
  set: Attrs,
  environment: Environment,
  position: number,
): void {
  if (!template.hasEllipsis) {
    bindFlat(machine, template, formals, set.flatten(), environment, position);
    return;
  }
  for (const formal of formals) {
    const value = set.get(formal.name);
    if (value !== undefined) environment[formal.slot] = value;
    else if (!formal.hasDefault) throw missing(machine, template, formal, position);
  }
}

function checkNames(
  machine: Machine,
  template: LambdaTemplate,
  formals: readonly FormalParameter[],
  set: Attrs,
  indexes: readonly number[],
  position: number,
): void {
  let found = 0;
  for (let at = 0; at < formals.length; at++) {
    const formal = formals[at] as FormalParameter;
    if ((indexes[at] as number) >= 0) found++;
    else if (!formal.hasDefault) throw missing(machine, template, formal, position);
  }
  if (template.hasEllipsis || found === set.shape.names.length) return;
  const expected = new Set(formals.map((formal) => formal.name));
  const unexpected = set.shape.names.find((name) => !expected.has(name)) as string;
  throw new NixError(
    "unexpected-argument",
    `${describe(machine, template)} called with unexpected argument '${unexpected}'`,
    position,
    suggestNames(unexpected, expected),
  );
}

function missing(machine: Machine, template: LambdaTemplate, formal: FormalParameter, position: number): NixError {
  return new NixError(
    "missing-argument",
    `${describe(machine, template)} called without required argument '${formal.name}'`,
    position,
  );
}

function describe(machine: Machine, template: LambdaTemplate): string {
  const at = machine.describePosition(template.position);
  const place = at === undefined ? "" : ` at ${at.file}:${at.line}:${at.column}`;
  return `${template.name === "" ? "anonymous function" : `'${template.name}'`}${place}`;
}
