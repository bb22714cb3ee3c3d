import { closeSync, constants, openSync, writeSync, writevSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { ServiceError } from "@tvix-mesh/service";

const path = "/dev/fuse";
const headerBytes = 16;
/** Answers up to this size are written in one piece, longer ones without being copied. */
const smallBytes = 4096;

function openDevice(): number {
  try {
    return openSync(path, constants.O_RDWR);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENODEV" || code === "ENXIO")
      throw new ServiceError(
        "failed-precondition",
        `Cannot open ${path}: this kernel has no FUSE ("modprobe fuse" may help; a container needs --device ${path})`,
        { cause },
      );
    throw new ServiceError("permission-denied", `Cannot open ${path}: ${message}`, { cause });
  }
}

/** The kernel's end of a file system in user space. */
export class FuseDevice implements Disposable {
  readonly descriptor: number;

  constructor(descriptor: number = openDevice()) {
    this.descriptor = descriptor;
  }

  /**
   * Hands over the kernel's messages until the file system is unmounted. A thread waits for them: reading blocks, and
   * would keep one of the threads that files are read with.
   */
  async readRequests(onRequest: (message: Uint8Array) => void): Promise<void> {
    const thread = new Worker(new URL("./device-thread.ts", import.meta.url), {
      execArgv: [],
      stdin: false,
      workerData: { descriptor: this.descriptor },
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    await new Promise<void>((resolve, reject) => {
      thread.on("message", onRequest);
      thread.on("error", (cause: Error) =>
        reject(new ServiceError("internal", `Cannot read from ${path}: ${cause.message}`, { cause })),
      );
      thread.on("exit", () => resolve());
    });
  }

  /** Answers a request, with an error number or with data. False if nobody waits for it any more. */
  reply(unique: bigint, errorNumber: number, parts: readonly Uint8Array[] = []): boolean {
    const dataBytes = parts.reduce((sum, { length }) => sum + length, 0);
    const isSmall = dataBytes <= smallBytes;
    const message = new Uint8Array(headerBytes + (isSmall ? dataBytes : 0));
    const view = new DataView(message.buffer);
    view.setUint32(0, headerBytes + dataBytes, true);
    view.setInt32(4, -errorNumber, true);
    view.setBigUint64(8, unique, true);
    let filled = headerBytes;
    if (isSmall)
      for (const part of parts) {
        message.set(part, filled);
        filled += part.length;
      }
    try {
      if (isSmall) writeSync(this.descriptor, message);
      else writevSync(this.descriptor, [message, ...parts]);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // ENOENT: it was interrupted; the others: the file system is unmounted.
      if (code === "ENOENT" || code === "ENODEV" || code === "EPERM" || code === "ECONNABORTED") return false;
      throw error;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.descriptor);
  }
}
