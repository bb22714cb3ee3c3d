import { readFileSync, readlinkSync } from "node:fs";

/**
 * Names a process beyond the life of its number: `<pid>-<start>-<pid namespace>-<boot>`. Leftovers that carry it can be
 * told from the work of a process that still runs, in this container or another one on the same machine.
 */
export function processIdentity(): string {
  return [process.pid, startOf(process.pid) ?? "0", pidNamespace(), bootId()].join("-");
}

/** Whether the process that `identity` names runs. `unknown` for one in another container. */
export function stateOfProcess(identity: string): "running" | "dead" | "unknown" {
  const [pid, start, namespace, boot] = identity.split("-");
  if (boot !== bootId()) return "dead";
  if (namespace !== pidNamespace()) return "unknown";
  return startOf(Number(pid)) === start ? "running" : "dead";
}

function bootId(): string {
  return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim().replaceAll("-", "");
}

function pidNamespace(): string {
  return readlinkSync("/proc/self/ns/pid").replace(/\D/g, "");
}

/** When the process started, in clock ticks since boot; `undefined` if there is none. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command's name, in parentheses, may hold spaces; the start is the 20th field after it.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
