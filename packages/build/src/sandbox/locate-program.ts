import { accessSync, constants, statSync } from "node:fs";
import { join } from "node:path";
import { environment } from "@tvix-mesh/service";

const usualDirectories = "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin";

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The absolute path of a program: `name` itself if it has a slash, else the first one in PATH. */
export function locateProgram(name: string): string | undefined {
  if (name.includes("/")) return isExecutable(name) ? name : undefined;
  const directories = `${environment.get("PATH") ?? ""}:${usualDirectories}`
    .split(":")
    .filter((part) => part.startsWith("/"));
  return directories.map((directory) => join(directory, name)).find(isExecutable);
}
