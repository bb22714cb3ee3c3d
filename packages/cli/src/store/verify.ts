import process from "node:process";
import { createCachingBlobService, createCachingDirectoryService } from "@tvix-mesh/castore";
import { decodeNixBase32 } from "@tvix-mesh/nix-compat";
import { type CacheOptions, ServiceError } from "@tvix-mesh/service";
import { createCachingPathInfoService, type StoreProblem, verifyStore } from "@tvix-mesh/store";
import { ExitStatus } from "../exit-status.ts";
import { writeOutput } from "../output.ts";
import { firstError, printError, printWarning } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";
import { createVerifyDisplay } from "./verify-display.ts";

export interface VerifyOptions extends ServiceOptions {
  /** Whether contents are read, or only looked for. */
  readonly contents: boolean;
  readonly repair?: true;
  readonly fromBlobServiceAddr?: string;
  readonly fromDirectoryServiceAddr?: string;
  readonly fromPathInfoServiceAddr?: string;
}

const damagedPathInfo = /^Object pathinfos\/([0-9a-z]{32}) is damaged/;

/** The store, with what it lacks kept in it as soon as it is read from elsewhere. */
async function openRepairing(options: VerifyOptions, report: CacheOptions["report"], resources: AsyncDisposableStack) {
  const near = resources.use(openStore(options, report));
  const own = { pathInfos: await near.pathInfos(), ...(await openCastore(near)) };
  if (!options.repair) return own;
  const from = {
    blobServiceAddr: options.fromBlobServiceAddr,
    directoryServiceAddr: options.fromDirectoryServiceAddr,
    pathInfoServiceAddr: options.fromPathInfoServiceAddr,
  };
  const far = resources.use(openStore(from as ServiceOptions, report));
  const cache: CacheOptions = { absentForMs: 0, writes: "near", report };
  return {
    blobs: from.blobServiceAddr ? createCachingBlobService(own.blobs, await far.blobs(), cache) : own.blobs,
    directories: from.directoryServiceAddr
      ? createCachingDirectoryService(own.directories, await far.directories(), cache)
      : own.directories,
    pathInfos: from.pathInfoServiceAddr
      ? createCachingPathInfoService(own.pathInfos, await far.pathInfos(), cache)
      : own.pathInfos,
  };
}

/** Where a verification isn't possible, as opposed to one that finds something. */
const unableStatus = 2;

async function verifyAll(options: VerifyOptions, signal: AbortSignal): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const display = resources.use(createVerifyDisplay(process.stderr));
  const lostPathInfos = new Set<string>();
  const report = (message: string): void => {
    const hashPart = damagedPathInfo.exec(message)?.[1];
    if (hashPart !== undefined) lostPathInfos.add(hashPart);
    display.clear();
    printWarning(message);
  };
  const print = (line: string): Promise<void> => {
    display.clear();
    return writeOutput(`${line}\n`);
  };
  const { pathInfos, blobs, directories } = await openRepairing(options, report, resources);
  const nameOf = ({ pathInfo, reason }: StoreProblem): string =>
    pathInfo ? `${pathInfo.storePath.absolute()}: ${reason}` : reason;
  const counts = await verifyStore(
    pathInfos,
    { blobs, directories },
    {
      signal,
      contents: options.contents,
      onProblem: (problem) => print(nameOf(problem)),
      onWarning(warning) {
        display.clear();
        printWarning(nameOf(warning));
      },
      onProgress: (progress) => display.progress(progress),
    },
  );
  let problemCount = counts.problemCount;
  for (const hashPart of lostPathInfos) {
    if (await pathInfos.get(decodeNixBase32(hashPart), { signal })) continue;
    problemCount += 1;
    await print(`/nix/store/${hashPart}-…: Cannot read path info: it was damaged`);
  }
  display.clear();
  const { unreachedBlobCount, unreachedDirectoryCount } = counts;
  const rest =
    unreachedBlobCount + unreachedDirectoryCount > 0
      ? `, ${unreachedDirectoryCount} directories and ${unreachedBlobCount} blobs that no path leads to`
      : "";
  const { pathCount, directoryCount, blobCount, blobBytes } = counts;
  const what = `${pathCount} paths, ${directoryCount} directories, ${blobCount} blobs of ${blobBytes} bytes${rest}`;
  if (problemCount > 0)
    throw new ServiceError("data-loss", `Cannot verify the store: ${problemCount} problems in ${what}`);
  await writeOutput(`All is there${options.contents ? " and intact" : ""}: ${what}\n`);
}

/**
 * `tvix store verify`: reads all that store paths consist of, and prints what can't be had. What turns out to be damaged
 * in an embedded store is set aside; with `--repair` it is stored again. Ends with 1 if something can't be had in the
 * end, with 2 if a service can't be asked.
 */
export function verify(options: VerifyOptions): Promise<never> {
  return runTracedCommand("store verify", async (signal) => {
    try {
      await verifyAll(options, signal);
    } catch (error) {
      const first = firstError(error);
      if (signal.aborted || ServiceError.is(first, "data-loss")) throw error;
      printError(error);
      throw new ExitStatus(unableStatus, "the store could not be verified");
    }
  });
}
