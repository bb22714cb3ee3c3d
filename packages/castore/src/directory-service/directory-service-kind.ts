import type { ServiceKind } from "@tvix-mesh/service";
import { directoryServiceBackends } from "./backends.ts";
import type { DirectoryService } from "./directory-service.ts";

/** How daemons and clients find a directory service. */
export const directoryServiceKind: ServiceKind<DirectoryService> = {
  section: "directoryservices",
  backends: directoryServiceBackends,
  environmentVariable: "DIRECTORY_SERVICE_ADDR",
  defaultAddress: "http://127.0.0.1:8002",
};
