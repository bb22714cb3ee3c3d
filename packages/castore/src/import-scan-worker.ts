import { parentPort } from "node:worker_threads";
import { type ScanTask, scan } from "./import-scan.ts";

const port = parentPort;
if (!port) throw new Error("Cannot scan: this is the body of a thread");

port.on("message", (tasks: readonly ScanTask[]) => {
  const outcomes = scan(tasks);
  const buffers = outcomes.flatMap((outcome) => (outcome.kind === "read" ? [outcome.bytes.buffer as ArrayBuffer] : []));
  port.postMessage(outcomes, buffers);
});
