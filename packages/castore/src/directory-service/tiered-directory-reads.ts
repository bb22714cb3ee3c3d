import {
  type CallOptions,
  firstAnswer,
  reportFailure,
  requireWorthAskingAnother,
  ServiceError,
  type Tiers,
  throwUnlessConclusive,
} from "@tvix-mesh/service";
import type { B3Digest } from "../b3-digest.ts";
import type { Directory } from "../directory.ts";
import { listTogether } from "../list-together.ts";
import { childrenFirst } from "./children-first.ts";
import type { DirectoryService } from "./directory-service.ts";
import { putClosure } from "./put-closure.ts";

type Reads = Pick<DirectoryService, "get" | "getRecursive" | "list">;

/** How several services are read as one. A failed or damaged part is got over where another one has the directory. */
export function createTieredDirectoryReads(tiers: Tiers<DirectoryService>): Reads {
  const { parts, fill, absences, report, isConclusive } = tiers;
  const last = parts.at(-1);
  const isKnownAbsent = (part: DirectoryService, digest: B3Digest): boolean =>
    part === last && (absences?.has(digest.hex) ?? false);
  const fetches = new Map<string, Promise<void>>();

  async function store(
    closure: readonly Directory[],
    lacking: readonly DirectoryService[],
    options?: CallOptions,
  ): Promise<void> {
    for (const part of lacking) {
      try {
        await putClosure(part, childrenFirst(closure), options);
      } catch (error) {
        options?.signal?.throwIfAborted();
        reportFailure(report, "the directories aren't kept nearby", error);
      }
    }
  }

  /** Brings what is below `root` from `part` to those that lack it; once, however many ask for it meanwhile. */
  async function bring(root: Directory, part: DirectoryService, lacking: readonly DirectoryService[]): Promise<void> {
    const { hex } = root.digest;
    const underWay = fetches.get(hex);
    if (underWay) return underWay;
    const fetch = (async () => {
      try {
        await store(await Array.fromAsync(part.getRecursive(root.digest)), lacking);
      } catch (error) {
        reportFailure(report, "the directories aren't kept nearby", error);
      } finally {
        fetches.delete(hex);
      }
    })();
    fetches.set(hex, fetch);
    return fetch;
  }

  async function get(digest: B3Digest, options?: CallOptions): Promise<Directory | undefined> {
    const lacking: DirectoryService[] = [];
    const asks = parts.map((part) => async () => {
      if (isKnownAbsent(part, digest)) return undefined;
      try {
        const directory = await part.get(digest, options);
        if (directory && lacking.length > 0) await bring(directory, part, [...lacking]);
        if (!directory && fill) lacking.push(part);
        return directory;
      } catch (error) {
        if (ServiceError.is(error, "data-loss")) lacking.push(part);
        throw error;
      }
    });
    const directory = await firstAnswer(asks, report, { ...options, isConclusive });
    if (!directory && !absences?.has(digest.hex)) absences?.add(digest.hex);
    return directory;
  }

  async function* getRecursive(root: B3Digest, options?: CallOptions): AsyncGenerator<Directory> {
    const handedOut = new Map<string, Directory>();
    const lacking: DirectoryService[] = [];
    const failures = new Map<number, unknown>();
    for (const [index, part] of parts.entries()) {
      if (isKnownAbsent(part, root)) continue;
      const closure: Directory[] = [];
      try {
        for await (const directory of part.getRecursive(root, options)) {
          closure.push(directory);
          if (handedOut.has(directory.digest.hex)) continue;
          handedOut.set(directory.digest.hex, directory);
          yield directory;
        }
      } catch (error) {
        requireWorthAskingAnother(error, options?.signal);
        failures.set(index, error);
        if (ServiceError.is(error, "data-loss")) lacking.push(part);
        continue;
      }
      if (closure.length > 0) {
        for (const failure of failures.values()) reportFailure(report, "another part answered instead", failure);
        return await store(closure, lacking, options);
      }
      if (fill) lacking.push(part);
    }
    throwUnlessConclusive(failures, report, handedOut.size > 0 ? () => false : isConclusive);
    if (!absences?.has(root.hex)) absences?.add(root.hex);
  }

  return { get, getRecursive, list: listTogether(parts) };
}
