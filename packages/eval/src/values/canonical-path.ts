/** An absolute path without `.`, `..`, empty components and trailing slash. */
export function canonicalPath(path: string): string {
  if (!path.includes("/.") && !path.includes("//") && (path === "/" || !path.endsWith("/"))) return path;
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") parts.pop();
    else parts.push(part);
  }
  return `/${parts.join("/")}`;
}

/** The absolute path that a path literal stands for in a file of `directory`. */
export function resolvePathLiteral(text: string, directory: string, homeDirectory: () => string): string {
  if (text.startsWith("/")) return canonicalPath(text);
  if (text.startsWith("~/")) return canonicalPath(`${homeDirectory()}/${text.slice(2)}`);
  return canonicalPath(`${directory}/${text}`);
}
