import { withIOErrors } from "../run/io-errors.ts";
import type { Machine } from "../run/machine.ts";
import { ContextElement, contextOfElements } from "../values/context.ts";
import { makeString, type NixString } from "../values/value.ts";

const hashLength = 32;
/** Texts in which nothing looks like the hash of a store path are most, and need no further look. */
const hashLike = new RegExp(`[0-9a-df-np-sv-z]{${hashLength}}`);

/**
 * The text of a file as a string that refers to those store paths whose hashes occur in it, of all that the file's own
 * store path refers to.
 */
export function textOfFile(machine: Machine, file: string, text: string): NixString {
  if (!hashLike.test(text)) return text;
  const references = withIOErrors(() => machine.io.references?.(file)) ?? [];
  const occurring = references.filter((path) => text.includes(hashOfStorePath(path)));
  return makeString(text, contextOfElements(occurring.map((path) => new ContextElement("path", path))));
}

function hashOfStorePath(path: string): string {
  const start = path.lastIndexOf("/") + 1;
  return path.slice(start, start + hashLength);
}
