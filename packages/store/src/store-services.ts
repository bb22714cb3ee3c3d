import type { CastoreServices } from "@tvix-mesh/castore";
import type { NarCalculationService } from "./nar/nar-calculation-service.ts";
import type { PathInfoService } from "./path-info-service/path-info-service.ts";

/** All that a store consists of. */
export interface StoreServices extends CastoreServices {
  readonly pathInfos: PathInfoService;
  readonly narCalculation: NarCalculationService;
}
