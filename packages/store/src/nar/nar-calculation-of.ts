import type { CastoreServices } from "@tvix-mesh/castore";
import type { PathInfoService } from "../path-info-service/path-info-service.ts";
import { createNarCalculationService } from "./calculate-nar.ts";
import type { NarCalculationService } from "./nar-calculation-service.ts";

/** The calculation that a remote path info service offers, so that contents need not travel; else one over `castore`. */
export function narCalculationOf(pathInfos: PathInfoService, castore: CastoreServices): NarCalculationService {
  return "calculateNar" in pathInfos
    ? (pathInfos as PathInfoService & NarCalculationService)
    : createNarCalculationService(castore);
}
