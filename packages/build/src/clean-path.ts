/** Whether a path is relative and without empty parts, `.`, `..` and NUL. The empty path isn't clean. */
export function isCleanRelativePath(path: string): boolean {
  return !path.includes("\0") && path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}

/** The same for absolute paths; `/` alone is clean. */
export function isCleanAbsolutePath(path: string): boolean {
  return path === "/" || (path.startsWith("/") && isCleanRelativePath(path.slice(1)));
}

/** Whether `path` is `directory` or lies below it. Both are clean. */
export function isWithin(path: string, directory: string): boolean {
  return directory === "" || path === directory || path.startsWith(`${directory}/`);
}
