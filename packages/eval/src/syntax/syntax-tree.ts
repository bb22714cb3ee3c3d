import type { Deferred } from "../values/thunk.ts";

/** Where a variable's value is found; the bind pass fills it in. */
export type VariableReference =
  | { readonly kind: "slot"; readonly level: number; readonly slot: number; readonly scope: SlotScope }
  | { readonly kind: "global"; readonly name: string }
  | { readonly kind: "with"; readonly levels: readonly number[] };

/** The layout of one environment: what computes each slot that isn't filled when the environment is made. */
export interface SlotScope {
  /**
   * By slot, from 1: the expression of the slot; undefined for what is always filled (arguments), and for what hasn't
   * been read yet. See `slotExpression`.
   */
  readonly expressions: (Node | undefined)[];
  /** Reads the expression of a slot, for those that come from elsewhere than the parser. */
  readonly read: ((slot: number) => Node) | undefined;
  /** Whether a slot always gets the value of its expression: not so for default values and under `__overrides`. */
  readonly isFixed: boolean;
  /** The compiled form of each expression, made when first needed. */
  readonly deferreds: (Deferred | undefined)[];
}

/** The expression of a slot; undefined for what is always filled. */
export function slotExpression(scope: SlotScope, slot: number): Node | undefined {
  const known = scope.expressions[slot];
  if (known !== undefined || scope.read === undefined) return known;
  const expression = scope.read(slot);
  scope.expressions[slot] = expression;
  return expression;
}

export interface IntegerNode {
  readonly kind: "integer";
  readonly value: number | bigint;
}

export interface FloatNode {
  readonly kind: "float";
  readonly value: number;
}

export interface StringNode {
  readonly kind: "string";
  readonly value: string;
}

/** A path literal as it was written, not yet joined to a directory. */
export interface PathNode {
  readonly kind: "path";
  readonly position: number;
  readonly text: string;
}

/** `"a${b}"`, `a + b`, `./a${b}`: values joined; `isString` for what is a string whatever its first part is. */
export interface ConcatNode {
  readonly kind: "concat";
  readonly position: number;
  readonly isString: boolean;
  readonly parts: readonly Node[];
  /** Where each part starts. */
  readonly partPositions: readonly number[];
}

export interface VariableNode {
  readonly kind: "variable";
  readonly position: number;
  readonly name: string;
  reference: VariableReference | undefined;
}

export interface CurrentPositionNode {
  readonly kind: "current-position";
  readonly position: number;
}

/** One component of an attribute path. */
export type AttributeName = string | Node;

export interface SelectNode {
  readonly kind: "select";
  readonly position: number;
  readonly subject: Node;
  readonly path: readonly AttributeName[];
  readonly fallback: Node | undefined;
}

export interface HasAttributeNode {
  readonly kind: "has-attribute";
  readonly subject: Node;
  readonly path: readonly AttributeName[];
}

export type AttributeDefinition =
  | { readonly kind: "plain"; readonly position: number; readonly value: Node }
  | { readonly kind: "inherited"; readonly position: number; readonly value: VariableNode }
  | {
      readonly kind: "inherited-from";
      readonly position: number;
      readonly source: InheritSource;
      readonly value: SelectNode;
    };

/** The `(expression)` of an `inherit (expression) names…`; a node of its own so that all names share its value. */
export interface InheritSource {
  readonly kind: "inherit-source";
  readonly expression: Node;
  reference: VariableReference | undefined;
}

export interface DynamicAttribute {
  readonly position: number;
  readonly name: Node;
  readonly value: Node;
}

export interface AttributesNode {
  readonly kind: "attributes";
  position: number;
  isRecursive: boolean;
  readonly definitions: Map<string, AttributeDefinition>;
  readonly dynamic: DynamicAttribute[];
  readonly sources: InheritSource[];
  layout: AttributesLayout | undefined;
}

/** Made by the bind pass: names ascending, then the hidden slots of inherit sources. */
export interface AttributesLayout {
  readonly names: readonly string[];
  readonly positions: readonly number[];
  readonly scope: SlotScope;
  /** The environment of hidden slots around a set that isn't recursive; undefined if it has none. */
  readonly sourceScope: SlotScope | undefined;
  readonly hasOverrides: boolean;
}

export interface ListNode {
  readonly kind: "list";
  readonly elements: readonly Node[];
}

export interface Formal {
  readonly name: string;
  readonly position: number;
  readonly fallback: Node | undefined;
}

export interface LambdaNode {
  readonly kind: "lambda";
  readonly position: number;
  readonly argument: string | undefined;
  /** Ascending by name. */
  readonly formals: readonly Formal[] | undefined;
  readonly hasEllipsis: boolean;
  readonly body: Node;
  /** What the function was bound to, for error messages. */
  name: string;
  scope: SlotScope | undefined;
}

export interface CallNode {
  readonly kind: "call";
  readonly position: number;
  readonly callee: Node;
  readonly args: Node[];
}

export interface LetNode {
  readonly kind: "let";
  readonly attributes: AttributesNode;
  readonly body: Node;
}

export interface WithNode {
  readonly kind: "with";
  readonly position: number;
  readonly subject: Node;
  readonly body: Node;
}

export interface IfNode {
  readonly kind: "if";
  readonly position: number;
  readonly condition: Node;
  readonly yes: Node;
  readonly no: Node;
}

export interface AssertNode {
  readonly kind: "assert";
  readonly position: number;
  readonly condition: Node;
  readonly body: Node;
}

export interface NotNode {
  readonly kind: "not";
  readonly operand: Node;
}

export type PlainOperator = "==" | "!=" | "&&" | "||" | "->" | "//" | "++";

/** Operators that stand for a call of a global function, which a program may shadow. */
export type NumericOperator = "-" | "*" | "/" | "<" | "<=" | ">" | ">=";

export interface OperatorNode {
  readonly kind: "operator";
  readonly position: number;
  readonly operator: PlainOperator;
  readonly left: Node;
  readonly right: Node;
}

export interface NumericNode {
  readonly kind: "numeric";
  readonly position: number;
  readonly operator: NumericOperator;
  readonly left: Node;
  readonly right: Node;
  /** The function the operator stands for. */
  readonly function: VariableNode;
}

export type Node =
  | IntegerNode
  | FloatNode
  | StringNode
  | PathNode
  | ConcatNode
  | VariableNode
  | CurrentPositionNode
  | SelectNode
  | HasAttributeNode
  | AttributesNode
  | InheritSource
  | ListNode
  | LambdaNode
  | CallNode
  | LetNode
  | WithNode
  | IfNode
  | AssertNode
  | NotNode
  | OperatorNode
  | NumericNode;

/** What the parser makes of a file: the expression, and the directory that its relative paths start from. */
export interface ParsedFile {
  readonly root: Node;
  readonly directory: string;
}
