import type { Machine } from "../run/machine.ts";
import { makeAttrs } from "../values/attrs.ts";
import { canonicalPath } from "../values/canonical-path.ts";
import { type Context, ContextElement, contextElements, contextOfElements, joinContexts } from "../values/context.ts";
import { NixError } from "../values/nix-error.ts";
import { contextOf, type Lazy, makeString, textOf, type Value } from "../values/value.ts";
import { type CoreBuiltin, define } from "./define.ts";

const asInterpolated = { copyToStore: true, coerceMore: false };

function first(name: string): string {
  return `evaluating the first argument passed to builtins.${name}`;
}

export const contextBuiltins: readonly CoreBuiltin[] = [
  define("hasContext", (machine, value) => contextOf(machine.forceString(value, first("hasContext"))) !== undefined),
  define("getContext", (machine, value) => describeContext(contextOf(machine.forceString(value, first("getContext"))))),
  define("appendContext", appendContext),
  define("unsafeDiscardStringContext", (machine, value) => textOf(machine.coerceToString(value, asInterpolated))),
  define("unsafeDiscardOutputDependency", (machine, value) => {
    const coerced = machine.coerceToString(value, asInterpolated);
    const elements = contextElements(contextOf(coerced)).map((element) =>
      element.kind === "derivation" ? new ContextElement("path", element.path) : element,
    );
    return makeString(textOf(coerced), contextOfElements(elements));
  }),
  define("addDrvOutputDependencies", addDrvOutputDependencies),
];

interface PathContext {
  path: boolean;
  allOutputs: boolean;
  readonly outputs: string[];
}

function describeContext(context: Context | undefined): Value {
  const byPath = new Map<string, PathContext>();
  for (const element of contextElements(context)) {
    let described = byPath.get(element.path);
    if (described === undefined) {
      described = { path: false, allOutputs: false, outputs: [] };
      byPath.set(element.path, described);
    }
    if (element.kind === "path") described.path = true;
    else if (element.kind === "derivation") described.allOutputs = true;
    else described.outputs.push(element.output);
  }
  return makeAttrs(
    [...byPath].map(([path, described]) => {
      const entries: [string, Lazy][] = [];
      if (described.path) entries.push(["path", true]);
      if (described.allOutputs) entries.push(["allOutputs", true]);
      if (described.outputs.length > 0) entries.push(["outputs", described.outputs]);
      return [path, makeAttrs(entries)];
    }),
  );
}

function appendContext(machine: Machine, value: Lazy, added: Lazy): Value {
  const original = machine.forceString(value, first("appendContext"));
  const set = machine.forceAttrs(added, "evaluating the second argument passed to builtins.appendContext");
  let context = contextOf(original);
  set.forEach((name, description, position) => {
    const path = name.startsWith("/") ? canonicalPath(name) : name;
    if (!isStorePath(path, machine.storeDirectory)) {
      throw new NixError("evaluation", `Context key '${name}' is not a store path`, position);
    }
    for (const element of contextOfDescription(machine, path, description, position)) {
      context = joinContexts(context, element);
    }
  });
  return makeString(textOf(original), context);
}

function contextOfDescription(machine: Machine, path: string, description: Lazy, position: number): ContextElement[] {
  const set = machine.forceAttrs(description, "evaluating the value of a context key");
  const elements: ContextElement[] = [];
  const requireDerivation = (what: string) => {
    if (path.endsWith(".drv")) return;
    const message = `Tried to add ${what} context of ${path}, which is not a derivation, to a string`;
    throw new NixError("evaluation", message, position);
  };
  const plain = set.get("path");
  if (plain !== undefined && machine.forceBoolean(plain)) elements.push(new ContextElement("path", path));
  const allOutputs = set.get("allOutputs");
  if (allOutputs !== undefined && machine.forceBoolean(allOutputs)) {
    requireDerivation("all-outputs");
    elements.push(new ContextElement("derivation", path));
  }
  const outputs = set.get("outputs");
  if (outputs !== undefined) {
    const names = machine.forceList(outputs);
    if (names.length > 0) requireDerivation("derivation output");
    for (const name of names) elements.push(new ContextElement("output", path, machine.forcePlainString(name)));
  }
  return elements;
}

const storePathName = /^[0-9a-df-np-sv-z]{32}-(?!\.\.?(?:-|$))[0-9a-zA-Z+\-._?=]{1,211}$/;

function isStorePath(path: string, storeDirectory: string): boolean {
  return path.startsWith(`${storeDirectory}/`) && storePathName.test(path.slice(storeDirectory.length + 1));
}

function addDrvOutputDependencies(machine: Machine, value: Lazy): Value {
  const coerced = machine.coerceToString(value, asInterpolated);
  const elements = contextElements(contextOf(coerced));
  const [element] = elements;
  if (element === undefined || elements.length !== 1) {
    const message = `context of string '${textOf(coerced)}' must have exactly one element, but has ${elements.length}`;
    throw new NixError("evaluation", message);
  }
  if (element.kind === "output") {
    const message =
      "`addDrvOutputDependencies` can only act on derivations, not on a derivation output such as " +
      `'${element.output}'`;
    throw new NixError("evaluation", message);
  }
  if (!element.path.endsWith(".drv")) {
    throw new NixError("evaluation", `path '${element.path}' is not a derivation`);
  }
  return makeString(textOf(coerced), new ContextElement("derivation", element.path));
}
