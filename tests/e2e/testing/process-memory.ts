import { readdirSync, readFileSync } from "node:fs";

interface ProcessStatus {
  readonly parent: number;
  readonly residentBytes: number;
}

/** Undefined for a process that has just ended. */
function readStatus(processId: number): ProcessStatus | undefined {
  try {
    const text = readFileSync(`/proc/${processId}/status`, "utf8");
    const value = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? 0);
    return { parent: value("PPid"), residentBytes: value("VmRSS") * 1024 };
  } catch {
    return undefined;
  }
}

/** The memory that a process and its descendants have in use. */
export function residentBytesOfTree(root: number): number {
  const statuses = new Map<number, ProcessStatus>();
  for (const name of readdirSync("/proc")) {
    const status = /^\d+$/.test(name) ? readStatus(Number(name)) : undefined;
    if (status) statuses.set(Number(name), status);
  }
  const isInTree = (processId: number): boolean =>
    processId === root || (statuses.has(processId) && isInTree(statuses.get(processId)?.parent ?? 0));
  let total = 0;
  for (const [processId, { residentBytes }] of statuses) if (isInTree(processId)) total += residentBytes;
  return total;
}
