import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";

const port = parentPort;
if (!port) throw new Error("Cannot read requests: this is the body of a thread");

/** The kernel wants room for the largest message that it may send. None of ours is larger than a name. */
const requestBytes = 64 * 1024;
const pauseMs = 2;
/** How long the file system may take to be mounted. */
const mostPauses = 10_000;

const descriptor: number = workerData.descriptor;
const buffer = new Uint8Array(requestBytes);
const never = new Int32Array(new SharedArrayBuffer(4));

/** Reads one request; 0 once there will be none any more. */
function readRequest(): number {
  let pauses = 0;
  for (;;) {
    try {
      return readSync(descriptor, buffer);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENODEV") return 0;
      // Nothing is mounted yet.
      if (code === "EPERM" && pauses < mostPauses) {
        pauses += 1;
        Atomics.wait(never, 0, 0, pauseMs);
        continue;
      }
      // ENOENT: who asked has gone.
      if (code !== "ENOENT" && code !== "EINTR" && code !== "EAGAIN") throw error;
    }
  }
}

for (let length = readRequest(); length > 0; length = readRequest()) port.postMessage(buffer.slice(0, length));
