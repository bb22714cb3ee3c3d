import { execFile } from "node:child_process";
import { chownSync, closeSync, constants, openSync, rmSync } from "node:fs";
import { Socket } from "node:net";
import { promisify } from "node:util";
import type { HostUser } from "./build-user.ts";

const execute = promisify(execFile);

/**
 * One pipe for standard output and error together, so that lines keep their order. A named one, because what Node
 * makes for a child is a socket, and a program that opens /dev/stderr can't open a socket.
 */
export interface LogPipe extends Disposable {
  /** Descriptor for the child; valid until `release`. */
  readonly writeEnd: number;
  /** Closes our copy of the write end, once the child has its own. */
  release(): void;
  /** What the child and its children write; ends when none of them holds the pipe any more. Read once. */
  read(): AsyncIterable<Uint8Array>;
}

/**
 * Makes the pipe at `path`, which is gone again when this resolves. It belongs to `owner`, so that the child can open
 * it anew.
 */
export async function openLogPipe(path: string, owner: HostUser | undefined): Promise<LogPipe> {
  await execute("mkfifo", ["-m", "600", path]);
  if (owner) chownSync(path, owner.uid, owner.gid);
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  rmSync(path);
  const reader = new Socket({ fd: readEnd, readable: true, writable: false });
  let held = true;
  const release = () => {
    if (held) closeSync(writeEnd);
    held = false;
  };
  return {
    writeEnd,
    release,
    read: () => reader,
    [Symbol.dispose]() {
      release();
      reader.destroy();
    },
  };
}
