import type { InheritSource, VariableNode, VariableReference } from "../syntax/syntax-tree.ts";
import { Attrs } from "../values/attrs.ts";
import { NameLookUp } from "../values/name-look-up.ts";
import { NixError } from "../values/nix-error.ts";
import { showType } from "../values/show-type.ts";
import { suggestNames } from "../values/suggestions.ts";
import { type Deferred, type Environment, forceSlot, shareSlot, Thunk } from "../values/thunk.ts";
import type { Lazy, Value } from "../values/value.ts";
import type { Code, DelayedCode } from "./code.ts";
import type { Compiler } from "./compiler.ts";

type SlotReference = VariableReference & { kind: "slot" };

/** The environment `level` steps outwards. */
export function environmentAt(environment: Environment, level: number): Environment {
  let at = environment;
  for (let steps = level; steps > 0; steps--) at = at[0] as Environment;
  return at;
}

export function variableCode(compiler: Compiler, node: VariableNode): Code {
  const reference = node.reference as VariableReference;
  if (reference.kind === "with") return withVariableCode(node, reference.levels);
  if (reference.kind === "global") return globalCode(compiler, reference.name);
  const constant = compiler.constant(node);
  return constant === undefined ? slotCode(compiler, reference, node.position) : () => constant;
}

/** The value of an `inherit (…)` source, shared by all names of the clause. */
export function inheritSourceCode(compiler: Compiler, node: InheritSource): Code {
  return slotCode(compiler, node.reference as SlotReference, 0);
}

function globalCode(compiler: Compiler, name: string): Code {
  const { machine } = compiler;
  if (machine.changingGlobals.has(name)) return () => machine.force(machine.globals.get(name) as Lazy);
  const value = machine.globals.get(name) as Lazy;
  return value instanceof Thunk ? () => value.force() : () => value;
}

/** Forces what a slot has, and keeps the value there. Who needs a value that is being computed is the one to blame. */
function forceThunk(environment: Environment, slot: number, thunk: Thunk, position: number): Value {
  try {
    const value = thunk.force();
    environment[slot] = value;
    return value;
  } catch (error) {
    if (error instanceof NixError && error.position === 0) error.position = position;
    throw error;
  }
}

function slotCode(compiler: Compiler, { level, slot, scope }: SlotReference, position: number): Code {
  const deferred = compiler.slotDeferred(scope, slot);
  if (deferred !== undefined) return lazySlotCode(level, slot, deferred, position);
  switch (level) {
    case 0:
      return (environment) => {
        const content = environment[slot];
        return content instanceof Thunk ? forceThunk(environment, slot, content, position) : (content as Value);
      };
    case 1:
      return (environment) => {
        const owner = environment[0] as Environment;
        const content = owner[slot];
        return content instanceof Thunk ? forceThunk(owner, slot, content, position) : (content as Value);
      };
    case 2:
      return (environment) => {
        const owner = (environment[0] as Environment)[0] as Environment;
        const content = owner[slot];
        return content instanceof Thunk ? forceThunk(owner, slot, content, position) : (content as Value);
      };
    default:
      return (environment) => {
        const owner = environmentAt(environment, level);
        const content = owner[slot];
        return content instanceof Thunk ? forceThunk(owner, slot, content, position) : (content as Value);
      };
  }
}

/** A slot that may be empty: it is then computed in its own environment. */
function lazySlotCode(level: number, slot: number, deferred: Deferred, position: number): Code {
  if (level === 0) {
    return (environment) => {
      const content = environment[slot];
      if (content === undefined) return forceSlot(environment, slot, deferred, environment);
      return content instanceof Thunk ? forceThunk(environment, slot, content, position) : (content as Value);
    };
  }
  if (level === 1) {
    return (environment) => {
      const owner = environment[0] as Environment;
      const content = owner[slot];
      if (content === undefined) return forceSlot(owner, slot, deferred, owner);
      return content instanceof Thunk ? forceThunk(owner, slot, content, position) : (content as Value);
    };
  }
  return (environment) => {
    const owner = environmentAt(environment, level);
    const content = owner[slot];
    if (content === undefined) return forceSlot(owner, slot, deferred, owner);
    return content instanceof Thunk ? forceThunk(owner, slot, content, position) : (content as Value);
  };
}

export function variableDelay(compiler: Compiler, node: VariableNode): DelayedCode {
  const reference = node.reference as VariableReference;
  if (reference.kind === "global") {
    const { machine } = compiler;
    const { name } = reference;
    if (machine.changingGlobals.has(name)) return () => machine.globals.get(name) as Lazy;
    const value = machine.globals.get(name) as Lazy;
    return () => value;
  }
  if (reference.kind === "with") {
    const deferred = compiler.deferred(node);
    return (environment) => new Thunk(deferred, environment);
  }
  const { level, slot, scope } = reference;
  const deferred = compiler.slotDeferred(scope, slot);
  if (deferred !== undefined) {
    return (environment) => {
      const owner = environmentAt(environment, level);
      const content = owner[slot];
      if (content === undefined || content instanceof Thunk) return shareSlot(owner, slot, deferred, owner);
      return content as Lazy;
    };
  }
  if (level === 0) return (environment) => environment[slot] as Lazy;
  if (level === 1) return (environment) => (environment[0] as Environment)[slot] as Lazy;
  return (environment) => environmentAt(environment, level)[slot] as Lazy;
}

/** A variable that some `with` may define: the innermost that has it. */
function withVariableCode(node: VariableNode, levels: readonly number[]): Code {
  const { name, position } = node;
  const lookUp = new NameLookUp(name);
  return (environment) => {
    for (let at = 0; at < levels.length; at++) {
      const owner = environmentAt(environment, levels[at] as number);
      const content = owner[1];
      const set = content instanceof Thunk ? forceThunk(owner, 1, content, position) : (content as Value);
      if (!(set instanceof Attrs)) {
        throw new NixError("type", `value is ${showType(set)} while a set was expected`, position);
      }
      for (let layer: Attrs | null = set; layer !== null; layer = layer.base) {
        const index = lookUp.indexIn(layer.shape);
        if (index >= 0) return layer.forceAt(index);
      }
    }
    const names = levels.flatMap((level) => withNames(environmentAt(environment, level)[1]));
    const message = `undefined variable '${name}'`;
    throw new NixError("undefined-with-variable", message, position, suggestNames(name, names));
  };
}

function withNames(content: unknown): readonly string[] {
  const set = content instanceof Thunk ? content.known : content;
  return set instanceof Attrs ? set.names() : [];
}
