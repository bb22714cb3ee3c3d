import type { ServiceKind } from "@tvix-mesh/service";
import { pathInfoServiceBackends } from "./backends.ts";
import type { PathInfoService } from "./path-info-service.ts";

/** How daemons and clients find a path info service. */
export const pathInfoServiceKind: ServiceKind<PathInfoService> = {
  section: "pathinfoservices",
  backends: pathInfoServiceBackends,
  environmentVariable: "PATH_INFO_SERVICE_ADDR",
  defaultAddress: "http://127.0.0.1:8003",
};
