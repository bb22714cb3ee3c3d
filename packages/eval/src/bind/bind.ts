import type {
  AttributeName,
  AttributesNode,
  LambdaNode,
  LetNode,
  Node,
  SlotScope,
  VariableNode,
  VariableReference,
} from "../syntax/syntax-tree.ts";
import { NixError } from "../values/nix-error.ts";
import { suggestNames } from "../values/suggestions.ts";
import { namesInScope, resolveName, type Scope } from "./scope.ts";

/**
 * Gives every variable of an expression its place, and every environment its layout. Throws a NixError for a variable
 * that isn't defined anywhere, before anything is evaluated.
 */
export function bind(root: Node, scope: Scope | undefined, globals: ReadonlySet<string>): void {
  new Binder(globals).bind(root, scope);
}

class Binder {
  readonly #globals: ReadonlySet<string>;

  constructor(globals: ReadonlySet<string>) {
    this.#globals = globals;
  }

  bind(node: Node, scope: Scope | undefined): void {
    switch (node.kind) {
      case "integer":
      case "float":
      case "string":
      case "path":
      case "current-position":
      case "inherit-source":
        return;
      case "variable":
        node.reference = this.#resolve(node, scope);
        return;
      case "concat":
        for (const part of node.parts) this.bind(part, scope);
        return;
      case "select":
        this.bind(node.subject, scope);
        this.#bindPath(node.path, scope);
        if (node.fallback !== undefined) this.bind(node.fallback, scope);
        return;
      case "has-attribute":
        this.bind(node.subject, scope);
        this.#bindPath(node.path, scope);
        return;
      case "attributes":
        this.#bindAttributes(node, scope);
        return;
      case "list":
        for (const element of node.elements) this.bind(element, scope);
        return;
      case "lambda":
        this.#bindLambda(node, scope);
        return;
      case "call":
        this.bind(node.callee, scope);
        for (const argument of node.args) this.bind(argument, scope);
        return;
      case "let":
        this.#bindLet(node, scope);
        return;
      case "with":
        this.bind(node.subject, scope);
        this.bind(node.body, { parent: scope, slots: undefined, layout: newLayout([undefined]) });
        return;
      case "if":
        this.bind(node.condition, scope);
        this.bind(node.yes, scope);
        this.bind(node.no, scope);
        return;
      case "assert":
        this.bind(node.condition, scope);
        this.bind(node.body, scope);
        return;
      case "not":
        this.bind(node.operand, scope);
        return;
      case "operator":
        this.bind(node.left, scope);
        this.bind(node.right, scope);
        return;
      case "numeric":
        this.bind(node.left, scope);
        this.bind(node.right, scope);
        node.function.reference = this.#resolve(node.function, scope);
        return;
    }
  }

  #resolve(variable: VariableNode, scope: Scope | undefined): VariableReference {
    const reference = resolveName(variable.name, scope, this.#globals);
    if (reference !== undefined) return reference;
    throw new NixError(
      "undefined-variable",
      `undefined variable '${variable.name}'`,
      variable.position,
      suggestNames(variable.name, namesInScope(scope, this.#globals)),
    );
  }

  #bindPath(path: readonly AttributeName[], scope: Scope | undefined): void {
    for (const name of path) if (typeof name !== "string") this.bind(name, scope);
  }

  #bindLambda(node: LambdaNode, scope: Scope | undefined): void {
    const slots = new Map<string, number>();
    const expressions: (Node | undefined)[] = [undefined];
    const add = (name: string, expression: Node | undefined) => {
      slots.set(name, expressions.length);
      expressions.push(expression);
    };
    if (node.argument !== undefined) add(node.argument, undefined);
    for (const formal of node.formals ?? []) add(formal.name, formal.fallback);
    const layout = newLayout(expressions);
    const inner: Scope = { parent: scope, slots, layout };
    for (const formal of node.formals ?? []) if (formal.fallback !== undefined) this.bind(formal.fallback, inner);
    this.bind(node.body, inner);
    node.scope = layout;
  }

  #bindLet(node: LetNode, scope: Scope | undefined): void {
    node.attributes.isRecursive = true;
    this.bind(node.body, this.#bindAttributes(node.attributes, scope));
  }

  /** Answers the scope that the set's own expressions are bound in. */
  #bindAttributes(node: AttributesNode, scope: Scope | undefined): Scope | undefined {
    const names = [...node.definitions.keys()].sort();
    const expressions: (Node | undefined)[] = [undefined];
    const positions: number[] = [];
    for (const name of names) {
      const definition = node.definitions.get(name);
      expressions.push(definition?.value);
      positions.push(definition?.position ?? 0);
    }
    const layout = newLayout(expressions, { isFixed: !node.definitions.has("__overrides") });
    let inner = scope;
    let sourceLayout: SlotScope | undefined;
    if (node.isRecursive) {
      inner = { parent: scope, slots: new Map(names.map((name, index) => [name, index + 1])), layout };
      this.#placeSources(node, layout);
    } else if (node.sources.length > 0) {
      sourceLayout = newLayout([undefined]);
      inner = { parent: scope, slots: noSlots, layout: sourceLayout };
      this.#placeSources(node, sourceLayout);
    }
    for (const source of node.sources) this.bind(source.expression, inner);
    for (const definition of node.definitions.values()) {
      if (definition.kind === "plain") this.bind(definition.value, inner);
      else if (definition.kind === "inherited") {
        const reference = this.#resolve(definition.value, scope);
        definition.value.reference = inner === scope ? reference : oneLevelUp(reference);
      }
    }
    for (const attribute of node.dynamic) {
      this.bind(attribute.name, inner);
      this.bind(attribute.value, inner);
    }
    node.layout = {
      names,
      positions,
      scope: layout,
      sourceScope: sourceLayout,
      hasOverrides: node.isRecursive && node.definitions.has("__overrides"),
    };
    return inner;
  }

  /** Gives each `inherit (…)` of a set a slot without a name. */
  #placeSources(node: AttributesNode, layout: SlotScope): void {
    for (const source of node.sources) {
      source.reference = { kind: "slot", level: 0, slot: layout.expressions.length, scope: layout };
      layout.expressions.push(source.expression);
    }
  }
}

const noSlots: ReadonlyMap<string, number> = new Map();

/** The layout of an environment with these expressions, of which the one at 0 stands for the parent. */
export function newLayout(
  expressions: (Node | undefined)[],
  { isFixed = false, read }: { isFixed?: boolean; read?: (slot: number) => Node } = {},
): SlotScope {
  return { expressions, read, isFixed, deferreds: [] };
}

/** The same place, seen from one environment further in. */
function oneLevelUp(reference: VariableReference): VariableReference {
  if (reference.kind === "slot") return { ...reference, level: reference.level + 1 };
  return reference.kind === "with" ? { kind: "with", levels: reference.levels.map((level) => level + 1) } : reference;
}
