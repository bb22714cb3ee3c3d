import { existsSync, readFileSync } from "node:fs";

/**
 * What the Node.js of a daemon is told: the words of the file `node-options` in the daemon's folder, which the image
 * heeds too. V8 takes some settings on its command line alone.
 */
export function nodeOptionsOf(daemonName: string): readonly string[] {
  const file = new URL(`../../../../services/${daemonName}/node-options`, import.meta.url);
  return existsSync(file) ? readFileSync(file, "utf8").split(/\s+/).filter(Boolean) : [];
}
