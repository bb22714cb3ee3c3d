import type { AttributeName, AttributesNode, InheritSource, LambdaNode, Node, NumericNode } from "./syntax-tree.ts";

export interface ShowNodeContext {
  /** The absolute path of a path literal. */
  readonly resolvePath: (text: string) => string;
  readonly formatFloat: (value: number) => string;
}

/** An expression with all its parentheses, as `nix-instantiate --parse` prints it. */
export function showNode(node: Node, context: ShowNodeContext): string {
  const show = (inner: Node) => showNode(inner, context);
  switch (node.kind) {
    case "integer":
      return String(node.value);
    case "float":
      return context.formatFloat(node.value);
    case "string":
      return showString(node.value);
    case "path":
      // Only the start of an interpolated path can end in a slash.
      return context.resolvePath(node.text) + (node.text.endsWith("/") && node.text !== "/" ? "/" : "");
    case "concat":
      return `(${node.parts.map(show).join(" + ")})`;
    case "variable":
      return showName(node.name);
    case "current-position":
      return "__curPos";
    case "inherit-source":
      return show(node.expression);
    case "select": {
      const fallback = node.fallback === undefined ? "" : ` or (${show(node.fallback)})`;
      return `(${show(node.subject)}).${showPath(node.path, context)}${fallback}`;
    }
    case "has-attribute":
      return `((${show(node.subject)}) ? ${showPath(node.path, context)})`;
    case "attributes":
      return `${node.isRecursive ? "rec " : ""}{ ${showDefinitions(node, context)}}`;
    case "list":
      return `[ ${node.elements.map((element) => `(${show(element)}) `).join("")}]`;
    case "lambda":
      return showLambda(node, context);
    case "call":
      return `(${[node.callee, ...node.args].map(show).join(" ")})`;
    case "let":
      return `(let ${showDefinitions(node.attributes, context)}in ${show(node.body)})`;
    case "with":
      return `(with ${show(node.subject)}; ${show(node.body)})`;
    case "if":
      return `(if ${show(node.condition)} then ${show(node.yes)} else ${show(node.no)})`;
    case "assert":
      return `assert ${show(node.condition)}; ${show(node.body)}`;
    case "not":
      return `(! ${show(node.operand)})`;
    case "operator":
      return `(${show(node.left)} ${node.operator} ${show(node.right)})`;
    case "numeric":
      return showNumeric(node, show);
  }
}

/** A comparison or subtraction as the call of the function that it stands for. */
function showNumeric(node: NumericNode, show: (inner: Node) => string): string {
  const swapped = node.operator === ">" || node.operator === "<=";
  const [first, second] = swapped ? [node.right, node.left] : [node.left, node.right];
  const call = `(${node.function.name} ${show(first)} ${show(second)})`;
  return node.operator === "<=" || node.operator === ">=" ? `(! ${call})` : call;
}

/** What is inherited comes first, as current Nix shows it; the rest by name. */
function showDefinitions(set: AttributesNode, context: ShowNodeContext): string {
  const inherited: string[] = [];
  const inheritedFrom = new Map(set.sources.map((source): [InheritSource, string[]] => [source, []]));
  let plain = "";
  for (const [name, definition] of [...set.definitions].sort(([left], [right]) => (left < right ? -1 : 1))) {
    if (definition.kind === "inherited") inherited.push(showName(name));
    else if (definition.kind === "inherited-from") inheritedFrom.get(definition.source)?.push(showName(name));
    else plain += `${showName(name)} = ${showNode(definition.value, context)}; `;
  }
  let text = inherited.length > 0 ? `inherit ${inherited.join(" ")}; ` : "";
  for (const [source, names] of inheritedFrom)
    if (names.length > 0) text += `inherit (${showNode(source, context)}) ${names.join(" ")}; `;
  text += plain;
  for (const attribute of set.dynamic) {
    text += `"\${${showNode(attribute.name, context)}}" = ${showNode(attribute.value, context)}; `;
  }
  return text;
}

function showLambda(node: LambdaNode, context: ShowNodeContext): string {
  let pattern = "";
  if (node.formals !== undefined) {
    const shown = node.formals.map((formal) =>
      formal.fallback === undefined
        ? showName(formal.name)
        : `${showName(formal.name)} ? ${showNode(formal.fallback, context)}`,
    );
    if (node.hasEllipsis) shown.push("...");
    pattern = `{ ${shown.join(", ")} }`;
    if (node.argument !== undefined) pattern += " @ ";
  }
  if (node.argument !== undefined) pattern += showName(node.argument);
  return `(${pattern}: ${showNode(node.body, context)})`;
}

function showPath(path: readonly AttributeName[], context: ShowNodeContext): string {
  return path.map((name) => (typeof name === "string" ? showName(name) : `"\${${showNode(name, context)}}"`)).join(".");
}

const plainName = /^[a-zA-Z_][a-zA-Z0-9_'-]*$/;
const keywords = new Set(["if", "then", "else", "assert", "with", "let", "in", "rec", "inherit"]);

/** An attribute name, in quotes if it needs them. */
export function showName(name: string): string {
  return plainName.test(name) && !keywords.has(name) ? name : showString(name);
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  $: "\\$",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function showString(text: string): string {
  return `"${text.replace(/["\\$\n\r\t]/g, (character) => escapes[character] as string)}"`;
}
