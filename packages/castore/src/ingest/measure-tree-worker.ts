import { lstatSync, readdirSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const port = parentPort;
if (!port) throw new Error("Cannot measure: this is the body of a thread");

/** With one character a byte. */
const open: string[] = [workerData as string];
let entries = 1;
let bytes = 0;
for (let path = open.pop(); path !== undefined; path = open.pop()) {
  for (const entry of readdirSync(Buffer.from(path, "latin1"), { encoding: "buffer", withFileTypes: true })) {
    const below = `${path}/${entry.name.toString("latin1")}`;
    entries += 1;
    if (entry.isDirectory()) open.push(below);
    else if (entry.isFile()) bytes += lstatSync(Buffer.from(below, "latin1")).size;
  }
}
port.postMessage({ entries, bytes });
