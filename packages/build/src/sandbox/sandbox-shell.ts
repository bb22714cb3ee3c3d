import { closeSync, openSync, readSync } from "node:fs";
import { ServiceError } from "@tvix-mesh/service";
import { locateProgram } from "./locate-program.ts";

const interpreterHeader = 3;

/** Whether an ELF file names a program interpreter, that is, needs shared libraries. Only 64-bit headers are read. */
function isDynamic(path: string): boolean {
  const header = Buffer.alloc(4096);
  const file = openSync(path, "r");
  try {
    readSync(file, header, 0, header.length, 0);
  } finally {
    closeSync(file);
  }
  if (header.toString("latin1", 0, 4) !== "\x7fELF" || header[4] !== 2) return false;
  const tableOffset = Number(header.readBigUInt64LE(32));
  const entryBytes = header.readUInt16LE(54);
  const entries = Array.from({ length: header.readUInt16LE(56) }, (_, index) => tableOffset + index * entryBytes);
  return entries.some((offset) => offset + 4 <= header.length && header.readUInt32LE(offset) === interpreterHeader);
}

/**
 * The static busybox that builds see as /bin/sh: `configured`, or the one in PATH. It must not need libraries, since
 * a sandbox has none. `failed-precondition`, with the command that installs it, if there is none.
 */
export function locateSandboxShell(configured: string | undefined): string {
  const found = locateProgram(configured ?? "busybox");
  const advice = "install it with: apt-get install busybox-static";
  if (found === undefined)
    throw new ServiceError(
      "failed-precondition",
      `Cannot provide /bin/sh to builds: ${configured ?? "busybox"} not found; ${advice}`,
    );
  if (isDynamic(found))
    throw new ServiceError(
      "failed-precondition",
      `Cannot provide /bin/sh to builds: ${found} is not statically linked; ${advice}`,
    );
  return found;
}
