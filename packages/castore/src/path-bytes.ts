const slash = 0x2f;

/** `parent/name`, or `name` alone below nothing. */
export function joinPath(parent: Uint8Array, name: Uint8Array): Uint8Array {
  if (parent.length === 0) return name;
  const separatorBytes = parent.at(-1) === slash ? 0 : 1;
  const path = new Uint8Array(parent.length + separatorBytes + name.length);
  path.set(parent);
  path[path.length - name.length - 1] = slash;
  path.set(name, path.length - name.length);
  return path;
}

/** The parts between slashes, empty ones left out. */
export function splitPath(path: Uint8Array): readonly Uint8Array[] {
  const parts: Uint8Array[] = [];
  let start = 0;
  for (let at = 0; at <= path.length; at += 1) {
    if (at < path.length && path[at] !== slash) continue;
    if (at > start) parts.push(path.subarray(start, at));
    start = at + 1;
  }
  return parts;
}
