import { readFileSync, readlinkSync, statSync } from "node:fs";

/**
 * Names the file system as this process sees it: processes that answer the same see the same files, on the same machine
 * and in the same container. Empty where that can't be said.
 */
export function currentFileView(): string {
  try {
    const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const { dev, ino } = statSync("/");
    return [bootId, readlinkSync("/proc/self/ns/mnt"), dev, ino].join(" ");
  } catch {
    return "";
  }
}
