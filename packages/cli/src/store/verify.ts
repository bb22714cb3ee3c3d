import { createCachingBlobService, createCachingDirectoryService } from "@tvix-mesh/castore";
import { decodeNixBase32 } from "@tvix-mesh/nix-compat";
import { type CacheOptions, ServiceError } from "@tvix-mesh/service";
import { createCachingPathInfoService, verifyStore } from "@tvix-mesh/store";
import { writeOutput } from "../output.ts";
import { printWarning } from "../print-error.ts";
import { runTracedCommand } from "../run-command.ts";
import { openStore } from "../services/open-store.ts";
import type { ServiceOptions } from "../services/service-options.ts";
import { openCastore } from "./open-castore.ts";

export interface VerifyOptions extends ServiceOptions {
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

/**
 * `tvix store verify`: reads all that store paths consist of, and prints what can't be had. What turns out to be damaged
 * in an embedded store is set aside; with `--repair` it is stored again. Fails if something can't be had in the end.
 */
export function verify(options: VerifyOptions): Promise<never> {
  return runTracedCommand("store verify", async (signal) => {
    await using resources = new AsyncDisposableStack();
    const lostPathInfos = new Set<string>();
    const report = (message: string): void => {
      const hashPart = damagedPathInfo.exec(message)?.[1];
      if (hashPart !== undefined) lostPathInfos.add(hashPart);
      printWarning(message);
    };
    const { pathInfos, blobs, directories } = await openRepairing(options, report, resources);
    const counts = await verifyStore(
      pathInfos,
      { blobs, directories },
      { signal, onProblem: ({ pathInfo, reason }) => writeOutput(`${pathInfo.storePath.absolute()}: ${reason}\n`) },
    );
    let problemCount = counts.problemCount;
    for (const hashPart of lostPathInfos) {
      if (await pathInfos.get(decodeNixBase32(hashPart), { signal })) continue;
      problemCount += 1;
      await writeOutput(`/nix/store/${hashPart}-…: Cannot read path info: it was damaged\n`);
    }
    const { pathCount, directoryCount, blobCount, blobBytes } = counts;
    const what = `${pathCount} paths, ${directoryCount} directories, ${blobCount} blobs of ${blobBytes} bytes`;
    if (problemCount > 0)
      throw new ServiceError("data-loss", `Cannot verify the store: ${problemCount} problems in ${what}`);
    await writeOutput(`All is there and intact: ${what}\n`);
  });
}
