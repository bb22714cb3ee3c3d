import { parse } from "./parser.ts";
import { PositionTable } from "./position-table.ts";
import type { Node } from "./syntax-tree.ts";

/** A path that a text names. */
export interface PathReference {
  /** As it is written, with constant text behind it; a byte string. */
  readonly text: string;
  /** Whether something follows that only the evaluation knows. */
  readonly isPrefix: boolean;
}

/** What a text says of files. */
export interface FileReferences {
  readonly paths: readonly PathReference[];
  /** What stands between `<` and `>`; byte strings. */
  readonly searched: readonly string[];
}

/** The files that a text names, whether or not it ever looks at them. Throws a NixError if it is no expression. */
export function findFileReferences(text: string): FileReferences {
  const paths: PathReference[] = [];
  const searched: string[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value) || value instanceof Map) for (const item of value.values()) visit(item);
    else visitNode(value as Node);
  };
  /** What all names of an `inherit (…)` lead to. */
  const sources = new Set<Node>();
  const visitNode = (node: Node): void => {
    if (node.kind === "inherit-source") {
      if (sources.has(node)) return;
      sources.add(node);
    }
    const path = pathOf(node);
    if (path) paths.push(path);
    const name = searchedName(node);
    if (name !== undefined) searched.push(name);
    if (path && node.kind === "concat") visitDynamicParts(node);
    else for (const child of Object.values(node)) visit(child);
  };
  /** What else a sum is made of: the path at its beginning is known. */
  const visitDynamicParts = (node: Node): void => {
    if (node.kind !== "concat") return;
    const [first, ...others] = node.parts;
    if (first) visitDynamicParts(first);
    visit(others);
  };
  visitNode(parse(new PositionTable().add("", text), { pipeOperators: true }));
  return { paths, searched };
}

/** The path that a node is, or that a sum begins with. */
function pathOf(node: Node): PathReference | undefined {
  if (node.kind === "path") return { text: node.text, isPrefix: false };
  if (node.kind !== "concat" || node.isString) return undefined;
  const [first, ...others] = node.parts;
  let path = first && pathOf(first);
  for (const part of others)
    if (path && !path.isPrefix)
      path = part.kind === "string" ? { text: path.text + part.value, isPrefix: false } : { ...path, isPrefix: true };
  return path;
}

function searchedName(node: Node): string | undefined {
  if (node.kind !== "call" || node.callee.kind !== "variable" || node.callee.name !== "__findFile") return undefined;
  const [, name] = node.args;
  return name?.kind === "string" ? name.value : undefined;
}
