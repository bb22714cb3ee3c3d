import type { Directory } from "../directory.ts";

/** A closure, root first, in an order in which each comes after all that it refers to. */
export function* childrenFirst(closure: readonly Directory[]): Generator<Directory> {
  const byDigest = new Map(closure.map((directory) => [directory.digest.hex, directory]));
  const visited = new Set<string>();
  const stack = closure.slice(0, 1).map((directory) => ({ directory, children: directory.children() }));
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.children.next();
    if (next.done) {
      stack.pop();
      yield top.directory;
      continue;
    }
    const child = byDigest.get(next.value.digest.hex);
    if (!child || visited.has(child.digest.hex)) continue;
    visited.add(child.digest.hex);
    stack.push({ directory: child, children: child.children() });
  }
}
