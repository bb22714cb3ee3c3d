import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { CallOptions } from "@tvix-mesh/service";
import type { ImportTotals } from "./import-progress.ts";

/**
 * How much there is to import at a directory, found out in a thread besides the import. Undefined if that fails, which
 * the import itself will tell of, or is aborted.
 */
export async function measureTree(path: string, { signal }: CallOptions = {}): Promise<ImportTotals | undefined> {
  const workerData = Buffer.from(path).toString("latin1");
  const worker = new Worker(new URL("./measure-tree-worker.ts", import.meta.url), { execArgv: [], workerData });
  try {
    const [totals] = (await once(worker, "message", signal && { signal })) as [ImportTotals];
    return totals;
  } catch {
    return undefined;
  } finally {
    await worker.terminate();
  }
}
