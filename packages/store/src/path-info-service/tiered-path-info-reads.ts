import {
  type CallOptions,
  firstAnswer,
  reportFailure,
  requireWorthAskingAnother,
  ServiceError,
  type Tiers,
  throwUnlessConclusive,
} from "@tvix-mesh/service";
import type { PathInfo } from "../path-info.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** What an absence of a path info is remembered under in `Tiers`. */
export function absenceKey(digest: Uint8Array): string {
  return Buffer.from(digest.buffer, digest.byteOffset, digest.byteLength).toString("hex");
}

/** How several services are read as one. A failed or damaged part is got over where another one has the answer. */
export function createTieredPathInfoReads(tiers: Tiers<PathInfoService>): Pick<PathInfoService, "get" | "list"> {
  const { parts, fill, absences, report, isConclusive } = tiers;
  const last = parts.at(-1);

  async function store(pathInfo: PathInfo, lacking: readonly PathInfoService[], options?: CallOptions): Promise<void> {
    for (const part of lacking) {
      try {
        await part.put(pathInfo, options);
      } catch (error) {
        options?.signal?.throwIfAborted();
        reportFailure(report, "the path info isn't kept nearby", error);
      }
    }
  }

  return {
    async get(digest, options) {
      const key = absenceKey(digest);
      const lacking: PathInfoService[] = [];
      const asks = parts.map((part) => async () => {
        if (part === last && absences?.has(key)) return undefined;
        try {
          const pathInfo = await part.get(digest, options);
          if (pathInfo) await store(pathInfo, lacking, options);
          else if (fill) lacking.push(part);
          return pathInfo;
        } catch (error) {
          if (ServiceError.is(error, "data-loss")) lacking.push(part);
          throw error;
        }
      });
      const pathInfo = await firstAnswer(asks, report, { ...options, isConclusive });
      if (!pathInfo && !absences?.has(key)) absences?.add(key);
      return pathInfo;
    },
    async *list(options) {
      const listed = new Set<string>();
      const failures = new Map<number, unknown>();
      for (const [index, part] of parts.entries()) {
        try {
          for await (const pathInfo of part.list(options)) {
            const { hashPart } = pathInfo.storePath;
            if (listed.has(hashPart)) continue;
            listed.add(hashPart);
            yield pathInfo;
          }
        } catch (error) {
          requireWorthAskingAnother(error, options?.signal);
          failures.set(index, error);
        }
      }
      throwUnlessConclusive(failures, report, isConclusive);
    },
  };
}
