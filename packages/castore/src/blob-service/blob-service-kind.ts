import type { ServiceKind } from "@tvix-mesh/service";
import { blobServiceBackends } from "./backends.ts";
import type { BlobService } from "./blob-service.ts";

/** How daemons and clients find a blob service. */
export const blobServiceKind: ServiceKind<BlobService> = {
  section: "blobservices",
  backends: blobServiceBackends,
  environmentVariable: "BLOB_SERVICE_ADDR",
  defaultAddress: "http://127.0.0.1:8001",
};
