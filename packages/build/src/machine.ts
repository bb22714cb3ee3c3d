import { readFileSync } from "node:fs";
import { arch, platform, totalmem } from "node:os";
import { dirname, join } from "node:path";

const nixArchitectures: Readonly<Record<string, string>> = {
  x64: "x86_64",
  arm64: "aarch64",
  ia32: "i686",
  arm: "armv7l",
  riscv64: "riscv64",
  ppc64: "powerpc64le",
  s390x: "s390x",
  loong64: "loongarch64",
};

/** The platform that this machine builds for, in Nix's words. */
export function machineSystem(): string {
  return `${nixArchitectures[arch()] ?? arch()}-${platform()}`;
}

function readNumber(path: string): bigint | undefined {
  try {
    const text = readFileSync(path, "utf8").trim();
    return /^\d+$/.test(text) ? BigInt(text) : undefined;
  } catch {
    return undefined;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/** Where a process's control groups are, and the file that holds their memory limit. */
function memoryGroup(procCgroup: string): { root: string; path: string; limitFile: string } | undefined {
  for (const line of procCgroup.split("\n")) {
    const [, controllers = "", ...rest] = line.split(":");
    const path = rest.join(":");
    if (controllers.split(",").includes("memory"))
      return { root: "/sys/fs/cgroup/memory", path, limitFile: "memory.limit_in_bytes" };
  }
  const unified = /^0::(.*)$/m.exec(procCgroup)?.[1];
  return unified === undefined ? undefined : { root: "/sys/fs/cgroup", path: unified, limitFile: "memory.max" };
}

/**
 * The memory that builds on this machine can have together, in bytes: all there is, or the least limit that a control
 * group (version 1 or 2) above this process sets.
 */
export function machineMemoryBytes(): bigint {
  let least = BigInt(totalmem());
  const group = memoryGroup(readText("/proc/self/cgroup"));
  if (!group) return least;
  // In a container the path may be the host's; the mounted root then is the container's own group.
  for (let path = join("/", group.path); ; path = dirname(path)) {
    const limit = readNumber(join(group.root, path, group.limitFile));
    if (limit !== undefined && limit < least) least = limit;
    if (path === "/") return least;
  }
}
