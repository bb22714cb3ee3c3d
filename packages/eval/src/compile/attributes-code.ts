import {
  type AttributesLayout,
  type AttributesNode,
  type HasAttributeNode,
  type Node,
  type SlotScope,
  slotExpression,
} from "../syntax/syntax-tree.ts";
import { Attrs, emptyAttrs, knownValue, noMaker, type SlotMaker } from "../values/attrs.ts";
import { NixError } from "../values/nix-error.ts";
import { Shape } from "../values/shape.ts";
import { type Deferred, type Environment, forceSlot, shareFilled, shareSlot } from "../values/thunk.ts";
import type { Lazy, Value } from "../values/value.ts";
import { attributeNameCode, definedNameCode } from "./attribute-name.ts";
import type { Code, DelayedCode } from "./code.ts";
import type { Compiler } from "./compiler.ts";

/** True for a set that can be made without evaluating anything. */
export function isPlainSet(node: AttributesNode): boolean {
  return node.dynamic.length === 0 && node.layout?.hasOverrides === false;
}

/** A set of static names; its slots stay empty until somebody asks for them. */
export function plainSetCode(compiler: Compiler, node: AttributesNode): (environment: Environment) => Attrs {
  const layout = node.layout as AttributesLayout;
  if (layout.names.length === 0) return () => emptyAttrs;
  const shape = new Shape(layout.names, layout.positions);
  const slotCount = layout.scope.expressions.length;
  if (node.isRecursive) {
    const maker = new RecursiveSlotMaker(compiler, layout);
    return (environment) => {
      const slots: Environment = new Array(slotCount);
      slots[0] = environment;
      return new Attrs(shape, slots, maker);
    };
  }
  const maker = new PlainSlotMaker(compiler, layout);
  const sourceCount = layout.sourceScope?.expressions.length;
  return (environment) => {
    const slots: Environment = new Array(slotCount);
    slots[0] = sourceCount === undefined ? environment : newEnvironment(sourceCount, environment);
    return new Attrs(shape, slots, maker);
  };
}

function newEnvironment(size: number, parent: Environment): Environment {
  const environment: Environment = new Array(size);
  environment[0] = parent;
  return environment;
}

/** Slots of a set whose expressions see the environment around it. */
class PlainSlotMaker implements SlotMaker {
  readonly #compiler: Compiler;
  readonly #scope: SlotScope;
  readonly #deferreds: (Deferred | undefined)[] = [];
  readonly #delays: (DelayedCode | undefined)[] = [];

  constructor(compiler: Compiler, layout: AttributesLayout) {
    this.#compiler = compiler;
    this.#scope = layout.scope;
  }

  share(slots: Environment, index: number): Lazy {
    if (slots[index + 1] !== undefined) return shareFilled(slots, index + 1);
    let delay = this.#delays[index];
    if (delay === undefined) {
      delay = this.#compiler.delayEagerly(slotExpression(this.#scope, index + 1) as Node);
      this.#delays[index] = delay;
    }
    const shared = delay(slots[0] as Environment);
    slots[index + 1] = shared;
    return shared;
  }

  force(slots: Environment, index: number): Value {
    let deferred = this.#deferreds[index];
    if (deferred === undefined) {
      deferred = this.#compiler.deferred(slotExpression(this.#scope, index + 1) as Node);
      this.#deferreds[index] = deferred;
    }
    return forceSlot(slots, index + 1, deferred, slots[0] as Environment);
  }

  peek(slots: Environment, index: number): Value | undefined {
    const expression = slotExpression(this.#scope, index + 1) as Node;
    const isAtHand = expression.kind === "variable" || this.#compiler.constant(expression) !== undefined;
    return isAtHand ? knownValue(this.share(slots, index)) : undefined;
  }
}

/** Slots of a set that is its own environment. */
class RecursiveSlotMaker implements SlotMaker {
  readonly #compiler: Compiler;
  readonly #scope: SlotScope;

  constructor(compiler: Compiler, layout: AttributesLayout) {
    this.#compiler = compiler;
    this.#scope = layout.scope;
  }

  share(slots: Environment, index: number): Lazy {
    if (slots[index + 1] !== undefined) return shareFilled(slots, index + 1);
    const constant = this.#compiler.constant(slotExpression(this.#scope, index + 1) as Node);
    if (constant !== undefined) return constant;
    const deferred = this.#compiler.slotDeferred(this.#scope, index + 1) as Deferred;
    return shareSlot(slots, index + 1, deferred, slots);
  }

  force(slots: Environment, index: number): Value {
    return forceSlot(slots, index + 1, this.#compiler.slotDeferred(this.#scope, index + 1) as Deferred, slots);
  }

  peek(slots: Environment, index: number): Value | undefined {
    const expression = slotExpression(this.#scope, index + 1) as Node;
    if (expression.kind !== "variable") return this.#compiler.constant(expression);
    return knownValue(this.#compiler.delay(expression)(slots));
  }
}

/** Code for any set: static names, then `__overrides`, then names that are computed. */
export function attributesCode(compiler: Compiler, node: AttributesNode): Code {
  const plain = plainSetCode(compiler, node);
  if (isPlainSet(node)) return plain;
  const layout = node.layout as AttributesLayout;
  const dynamic = node.dynamic.map((attribute) => ({
    name: definedNameCode(compiler, attribute.name),
    value: compiler.delayEagerly(attribute.value),
    position: attribute.position,
  }));
  return (environment) => {
    const statics = plain(environment);
    let set = layout.hasOverrides ? withOverrides(compiler, layout, statics) : statics;
    if (dynamic.length === 0) return set;
    const inner = node.isRecursive ? statics.slots : innerEnvironment(layout, statics, environment);
    const added = new Map<string, { value: Lazy; position: number }>();
    for (const attribute of dynamic) {
      const name = attribute.name(inner);
      if (name === undefined) continue;
      const position = set.has(name) ? set.positionOf(name) : added.get(name)?.position;
      if (position !== undefined) throw definedTwice(compiler, name, position, attribute.position);
      added.set(name, { value: attribute.value(inner), position: attribute.position });
    }
    if (added.size > 0) set = set.update(attrsOfAdded(added));
    return set;
  };
}

/** Where the expressions of a set that isn't recursive are evaluated. */
function innerEnvironment(layout: AttributesLayout, set: Attrs, environment: Environment): Environment {
  if (layout.sourceScope === undefined) return environment;
  return layout.names.length === 0
    ? newEnvironment(layout.sourceScope.expressions.length, environment)
    : (set.slots[0] as Environment);
}

function attrsOfAdded(added: ReadonlyMap<string, { value: Lazy; position: number }>): Attrs {
  const names = [...added.keys()].sort();
  const slots: Environment = [null];
  const positions: number[] = [];
  for (const name of names) {
    const { value, position } = added.get(name) as { value: Lazy; position: number };
    slots.push(value);
    positions.push(position);
  }
  return new Attrs(new Shape(names, positions), slots, noMaker);
}

function definedTwice(compiler: Compiler, name: string, previous: number, position: number): NixError {
  const at = compiler.machine.describePosition(previous);
  const place = at === undefined ? "undefined position" : `${at.file}:${at.line}:${at.column}`;
  return new NixError("duplicate-attribute", `dynamic attribute '${name}' already defined at ${place}`, position);
}

/** `rec { __overrides = …; }`: what it holds replaces the set's own attributes, seen from inside too. */
function withOverrides(compiler: Compiler, layout: AttributesLayout, set: Attrs): Attrs {
  const overrides = compiler.machine.forceAttrs(set.force("__overrides") as Value);
  overrides.forEach((name, value) => {
    const index = layout.names.indexOf(name);
    if (index >= 0) set.slots[index + 1] = value;
  });
  return set.update(overrides);
}

export function hasAttributeCode(compiler: Compiler, node: HasAttributeNode): Code {
  const subject = compiler.compile(node.subject);
  const names = node.path.map((name) => (typeof name === "string" ? name : attributeNameCode(compiler, name)));
  const last = names.length - 1;
  return (environment) => {
    let current: Value | undefined = subject(environment);
    for (let depth = 0; ; depth++) {
      const step = names[depth] as (typeof names)[number];
      const name = typeof step === "string" ? step : step(environment);
      if (!(current instanceof Attrs)) return false;
      if (depth === last) return current.has(name);
      current = current.force(name);
      if (current === undefined) return false;
    }
  };
}
