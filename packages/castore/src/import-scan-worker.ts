import { parentPort } from "node:worker_threads";
import { Scan, type ScanTask } from "./import-scan.ts";

const port = parentPort;
if (!port) throw new Error("Cannot scan: this is the body of a thread");

const scan = new Scan();
port.on("message", (tasks: readonly ScanTask[]) => {
  const answer = scan.run(tasks);
  port.postMessage(answer, [answer.bytes.buffer]);
});
