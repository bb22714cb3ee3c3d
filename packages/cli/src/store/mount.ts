import process from "node:process";
import { setTimeout } from "node:timers/promises";
import { B3Digest, type CastoreServices, type DirectoryNode, type LiveDirectory } from "@tvix-mesh/castore";
import { type MountedTree, mountTree } from "@tvix-mesh/castore/mount-tree";
import { createStoreDirectory } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { printWarning } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { type OpenStore, openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";
import { findStoredNode } from "./stored-node.ts";

export interface MountOptions extends ServiceOptions {
  readonly root?: string;
  readonly allowOther?: true;
}

const pauseMs = 500;
/** How long the last answers may take after it is unmounted. */
const graceMs = 1_000;
/** How long the same line isn't printed again. */
const repeatedAfterMs = 10_000;

/** Prints what can't be served, once in a while: programs try the same again and again. */
function createReport(): (message: string) => void {
  const printedAt = new Map<string, number>();
  return (message) => {
    const now = performance.now();
    for (const [other, at] of printedAt) if (now - at >= repeatedAfterMs) printedAt.delete(other);
    if (printedAt.has(message)) return;
    printedAt.set(message, now);
    printWarning(message);
  };
}

async function directoryOf(digest: string, { directories }: CastoreServices): Promise<DirectoryNode> {
  const directory = await directories.get(B3Digest.fromHex(digest.replace(/^b3:/, "")));
  if (!directory) throw new Error(`Cannot mount directory ${digest}: no such directory`);
  return directory.toNode();
}

async function rootOf(
  store: OpenStore,
  castore: CastoreServices,
  path: string | undefined,
  digest: string | undefined,
): Promise<DirectoryNode | LiveDirectory> {
  if (path !== undefined && digest !== undefined)
    throw new Error(`Cannot mount both ${path} and directory ${digest}: one is the root`);
  if (digest !== undefined) return directoryOf(digest, castore);
  if (path === undefined) return createStoreDirectory(await store.pathInfos());
  const { node } = await findStoredNode(store, path, {});
  if (node.kind !== "directory") throw new Error(`Cannot mount ${path}: it is a ${node.kind}, no directory`);
  return node;
}

/** Unmounts on SIGINT or SIGTERM. What is in use is waited for, until another signal, and for SIGTERM not at all. */
async function unmountOnSignal({ mountPoint, unmount }: MountedTree): Promise<void> {
  let signals = 0;
  let isForced = false;
  const first = Promise.withResolvers<void>();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      signals += 1;
      isForced ||= name === "SIGTERM" || signals > 1;
      first.resolve();
    });
  await first.promise;
  let outcome = await unmount();
  if (outcome === "busy" && !isForced)
    printWarning(`${mountPoint} is in use: it will be unmounted when it no longer is; Ctrl-C again does it at once`);
  for (; outcome === "busy"; outcome = await unmount({ force: isForced })) if (!isForced) await setTimeout(pauseMs);
}

/** `tvix store mount`: shows the store, or one directory of it, as files until it is unmounted. */
export function mount(mountPoint: string, path: string | undefined, options: MountOptions): Promise<never> {
  const work = async (): Promise<void> => {
    await using store = openStore(options);
    const castore = await openCastore(store);
    const root = await rootOf(store, castore, path, options.root);
    const tree = await mountTree(root, castore, {
      mountPoint,
      allowOther: options.allowOther,
      report: createReport(),
    });
    const unmounted = unmountOnSignal(tree);
    await writeOutput(`mounted ${tree.mountPoint}\n`);
    await Promise.race([tree.ended, unmounted]);
    const hasEnded = await Promise.race([tree.ended.then(() => true), setTimeout(graceMs, false)]);
    // Detached, but still used: the thread that waits for the kernel would keep the process from exiting.
    if (!hasEnded) process.kill(process.pid, "SIGKILL");
  };
  return runTracedCommand("store mount", work, { signals: [] });
}
