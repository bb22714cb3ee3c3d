import type { CastoreServices } from "@tvix-mesh/castore";
import type { PathInfoService } from "../path-info-service/path-info-service.ts";
import { createNarCalculationService } from "./calculate-nar.ts";
import type { NarCalculationService } from "./nar-calculation-service.ts";

function calculates(service: PathInfoService): service is PathInfoService & NarCalculationService {
  return "calculateNar" in service;
}

/** Whoever calculates NARs best: the daemon behind `pathInfos`, if it is one, or else this process. */
export function narCalculationOf(pathInfos: PathInfoService, castore: CastoreServices): NarCalculationService {
  return calculates(pathInfos) ? pathInfos : createNarCalculationService(castore);
}
