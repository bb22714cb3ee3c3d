import type { AttributesNode, CallNode, LambdaNode, LetNode, Node, OperatorNode } from "../syntax/syntax-tree.ts";
import type { WarningKind } from "./codes.ts";
import { knownGlobals } from "./known-globals.ts";
import { NameUses } from "./name-uses.ts";

export type Report = (kind: WarningKind, message: string, position: number) => void;

/** Names of a let, set or function; or, for a `with`, whether anything may come from it. */
type Scope = { readonly kind: "names"; readonly uses: NameUses } | { readonly kind: "with"; isUsed: boolean };

/** Tells what looks wrong in a tree. */
export function examineTree(root: Node, report: Report): void {
  new Examiner(report).visit(root);
}

class Examiner {
  readonly #report: Report;
  /** Innermost last. */
  readonly #scopes: Scope[] = [];

  constructor(report: Report) {
    this.#report = report;
  }

  visit(node: Node): void {
    switch (node.kind) {
      case "variable":
        this.#use(node.name);
        return;
      case "concat":
        for (const part of node.parts) this.visit(part);
        return;
      case "select":
        // The oldest form of let is a recursive set whose `body` is selected; that it is recursive is no choice.
        if (node.subject.kind === "attributes" && node.path[0] === "body") this.#visitSet(node.subject, true);
        else this.visit(node.subject);
        this.#visitPath(node.path);
        if (node.fallback) this.visit(node.fallback);
        return;
      case "has-attribute":
        this.visit(node.subject);
        this.#visitPath(node.path);
        return;
      case "attributes":
        this.#visitSet(node);
        return;
      case "list":
        for (const element of node.elements) this.visit(element);
        return;
      case "lambda":
        this.#visitLambda(node);
        return;
      case "call":
        this.#visitCall(node);
        return;
      case "let":
        this.#visitLet(node);
        return;
      case "with":
        this.visit(node.subject);
        this.#visitWith(node.body, node.position);
        return;
      case "if":
        this.#checkConstant(
          node.condition,
          node.position,
          (value) => `the ${value ? "else" : "then"} branch is never used`,
        );
        if (isConstant(node.yes) && isConstant(node.no))
          this.#report("useless-operator", "this if only repeats or negates its condition", node.position);
        for (const part of [node.condition, node.yes, node.no]) this.visit(part);
        return;
      case "assert":
        this.#checkConstant(
          node.condition,
          node.position,
          (value) => `this assertion ${value ? "always holds" : "never holds"}`,
        );
        this.visit(node.condition);
        this.visit(node.body);
        return;
      case "not":
        this.visit(node.operand);
        return;
      case "operator":
        this.#checkOperator(node);
        this.visit(node.left);
        this.visit(node.right);
        return;
      case "numeric":
        this.visit(node.left);
        this.visit(node.right);
        this.#use(node.function.name);
        return;
      default:
        return;
    }
  }

  /** The value of `true` or `false`, unless that is another variable here. */
  #constant(node: Node): boolean | undefined {
    if (!isConstant(node) || this.#isDefined(node.name)) return undefined;
    return node.name === "true";
  }

  #checkConstant(condition: Node, position: number, describe: (value: boolean) => string): void {
    const value = this.#constant(condition);
    if (value !== undefined) this.#report("dead-code", describe(value), position);
  }

  #checkOperator({ operator, left, right, position }: OperatorNode): void {
    const [first, second] = [this.#constant(left), this.#constant(right)];
    const decides = { "&&": false, "||": true, "->": false }[operator as string];
    if (decides !== undefined && first === decides)
      this.#report("dead-code", `the right side of ${operator} is never used`, position);
    else if ((first ?? second) !== undefined && decides !== undefined)
      this.#report("useless-operator", `a constant on one side of ${operator}`, position);
    if ((operator === "==" || operator === "!=") && (first ?? second) !== undefined)
      this.#report("useless-operator", `comparison with ${first ?? second}`, position);
  }

  #visitPath(path: readonly (string | Node)[]): void {
    for (const name of path) if (typeof name !== "string") this.visit(name);
  }

  #visitCall({ callee, args }: CallNode): void {
    this.visit(callee);
    for (const argument of args) this.visit(argument);
  }

  #visitWith(body: Node, position: number): void {
    const scope: Scope = { kind: "with", isUsed: false };
    this.#scopes.push(scope);
    this.visit(body);
    this.#scopes.pop();
    if (!scope.isUsed) this.#report("useless-with", "nothing comes from this with", position);
  }

  #visitLambda({ argument, formals, body, position }: LambdaNode): void {
    const uses = new NameUses();
    if (argument !== undefined) uses.define(argument, position);
    for (const formal of formals ?? []) uses.define(formal.name, formal.position);
    this.#scopes.push({ kind: "names", uses });
    for (const formal of formals ?? []) {
      this.#checkShadow(formal.name, formal.position);
      if (formal.fallback) this.visit(formal.fallback);
    }
    if (argument !== undefined) this.#checkShadow(argument, position);
    this.visit(body);
    this.#scopes.pop();
    // A function of one argument may have to take what it doesn't use; a pattern says what it takes.
    if (formals) this.#reportUnused(uses, "unused-argument", "argument");
  }

  #visitLet({ attributes, body }: LetNode): void {
    const { definitions } = attributes;
    if (definitions.size === 0) this.#report("empty-let", "this let defines nothing", attributes.position);
    const uses = this.#namesOf(attributes);
    for (const [name, definition] of definitions)
      if (definition.kind === "inherited" && this.#isDefined(name))
        this.#report("useless-inherit", `'${name}' is the same variable without this inherit`, definition.position);
    this.#visitDefinitions(attributes, uses);
    uses.users = [undefined];
    this.#scopes.push({ kind: "names", uses });
    this.visit(body);
    this.#scopes.pop();
    this.#reportUnused(uses, "unused-binding", "variable");
  }

  #visitSet(set: AttributesNode, mustBeRecursive = false): void {
    if (!set.isRecursive) {
      this.#visitDefinitions(set, undefined);
      return;
    }
    const uses = this.#namesOf(set);
    this.#visitDefinitions(set, uses);
    if (!mustBeRecursive && !uses.isUsedWithin && set.definitions.size > 0 && !set.definitions.has("__overrides"))
      this.#report("useless-rec", "no attribute of this rec set uses another", set.position);
  }

  #namesOf({ definitions }: AttributesNode): NameUses {
    const uses = new NameUses();
    for (const [name, { position }] of definitions) {
      uses.define(name, position);
      this.#checkShadow(name, position);
    }
    return uses;
  }

  /** Inherited variables come from outside, everything else sees the names of the set itself, if these are variables. */
  #visitDefinitions(set: AttributesNode, uses: NameUses | undefined): void {
    for (const [name, { kind }] of set.definitions) if (kind === "inherited") this.#use(name);
    if (uses) this.#scopes.push({ kind: "names", uses });
    const from = (users: readonly (string | undefined)[], node: Node) => {
      if (uses) uses.users = users;
      this.visit(node);
    };
    const namesOfSources = new Map(set.sources.map((source) => [source, [] as string[]]));
    for (const [name, definition] of set.definitions)
      if (definition.kind === "plain") from([name], definition.value);
      else if (definition.kind === "inherited-from") namesOfSources.get(definition.source)?.push(name);
    for (const [source, names] of namesOfSources) from(names.length > 0 ? names : [undefined], source.expression);
    for (const { name, value } of set.dynamic) {
      from([undefined], name);
      from([undefined], value);
    }
    if (uses) this.#scopes.pop();
  }

  #use(name: string): void {
    for (let depth = this.#scopes.length - 1; depth >= 0; depth--) {
      const scope = this.#scopes[depth];
      if (scope?.kind === "names" && scope.uses.use(name)) return;
    }
    if (knownGlobals.has(name) || name.startsWith("__")) return;
    for (const scope of this.#scopes) if (scope.kind === "with") scope.isUsed = true;
  }

  #isDefined(name: string): boolean {
    return this.#scopes.some((scope) => scope.kind === "names" && scope.uses.has(name));
  }

  #checkShadow(name: string, position: number): void {
    if (knownGlobals.has(name)) this.#report("shadowed-builtin", `'${name}' hides the built-in of that name`, position);
  }

  #reportUnused(uses: NameUses, kind: WarningKind, what: string): void {
    for (const [name, position] of uses.unused())
      if (!name.startsWith("_")) this.#report(kind, `the ${what} '${name}' is never used`, position);
  }
}

function isConstant(node: Node): node is Node & { readonly kind: "variable"; readonly name: "true" | "false" } {
  return node.kind === "variable" && (node.name === "true" || node.name === "false");
}
