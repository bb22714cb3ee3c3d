import { encodeByteString } from "../values/byte-string.ts";
import { NixError } from "../values/nix-error.ts";
import type { AttributeDefinition, AttributeName, AttributesNode, Node } from "./syntax-tree.ts";

/** Says where something is, for the message about a second definition. */
export type DescribePosition = (position: number) => string;

export function newAttributesNode(position: number): AttributesNode {
  return {
    kind: "attributes",
    position,
    isRecursive: false,
    definitions: new Map(),
    dynamic: [],
    sources: [],
    layout: undefined,
  };
}

/** Adds `a.b.c = value;` to a set, making or extending the sets on the way. */
export function addAttribute(
  set: AttributesNode,
  path: readonly AttributeName[],
  value: Node,
  position: number,
  describe: DescribePosition,
): void {
  let target = set;
  const last = path.length - 1;
  for (let depth = 0; depth < last; depth++) {
    const name = path[depth] as AttributeName;
    let nested: AttributesNode;
    if (typeof name === "string") {
      const existing = target.definitions.get(name);
      if (existing === undefined) {
        nested = newAttributesNode(position);
        target.definitions.set(name, { kind: "plain", position, value: nested });
      } else if (existing.value.kind === "attributes") nested = existing.value;
      else throw duplicate(path.slice(0, depth + 1), position, existing.position, describe);
    } else {
      nested = newAttributesNode(position);
      target.dynamic.push({ position, name, value: nested });
    }
    target = nested;
  }
  const name = path[last] as AttributeName;
  if (typeof name !== "string") target.dynamic.push({ position, name, value });
  else define(target, path, name, { kind: "plain", position, value }, describe);
}

/** Puts one definition into a set; two sets under one name become one. */
function define(
  set: AttributesNode,
  path: readonly AttributeName[],
  name: string,
  definition: AttributeDefinition,
  describe: DescribePosition,
): void {
  const existing = set.definitions.get(name);
  if (existing === undefined) {
    set.definitions.set(name, definition);
    nameFunction(definition.value, name);
    return;
  }
  const into = existing.value;
  const from = definition.value;
  if (into.kind !== "attributes" || from.kind !== "attributes") {
    throw duplicate(path, definition.position, existing.position, describe);
  }
  for (const [innerName, inner] of from.definitions) {
    define(into, [...path, innerName], innerName, inner, describe);
  }
  into.dynamic.push(...from.dynamic);
  into.sources.push(...from.sources);
}

/** Adds what `inherit` defines; nothing may be there under that name. */
export function addInherited(
  set: AttributesNode,
  name: string,
  definition: AttributeDefinition,
  describe: DescribePosition,
): void {
  const existing = set.definitions.get(name);
  if (existing !== undefined) throw duplicate([name], definition.position, existing.position, describe);
  set.definitions.set(name, definition);
}

function nameFunction(value: Node, name: string): void {
  let node = value;
  while (node.kind === "lambda") {
    node.name = name;
    node = node.body;
  }
}

/** Stands for a name that isn't known yet. */
const computedName = encodeByteString('"…"');

function duplicate(
  path: readonly AttributeName[],
  position: number,
  previous: number,
  describe: DescribePosition,
): NixError {
  const shown = path.map((name) => (typeof name === "string" ? name : computedName)).join(".");
  return new NixError("parse", `attribute '${shown}' already defined at ${describe(previous)}`, position);
}
