import { nodeFromMessage } from "@tvix-mesh/castore";
import { encodeNixBase32 } from "@tvix-mesh/nix-compat";
import { PathInfoService as SnixPathInfoService } from "@tvix-mesh/proto/snix/store/v1/rpc_pathinfo";
import { PathInfoService as TvixPathInfoService } from "@tvix-mesh/proto/tvix/store/v1/rpc_pathinfo";
import { bindService, type ServiceBinding, ServiceError, type ServiceImplementation } from "@tvix-mesh/service";
import type { NarCalculationService } from "../nar/nar-calculation-service.ts";
import { pathInfoFromMessage, pathInfoToMessage } from "../path-info-message.ts";
import type { PathInfoService } from "./path-info-service.ts";

function createImplementation(
  pathInfos: PathInfoService,
  narCalculation: NarCalculationService,
): ServiceImplementation<typeof TvixPathInfoService> {
  return {
    async get({ byWhat }, { signal }) {
      if (byWhat.case === undefined)
        throw new ServiceError("invalid-argument", "Cannot get path info: by_what is not set");
      const pathInfo = await pathInfos.get(byWhat.value, { signal });
      if (!pathInfo)
        throw new ServiceError("not-found", `Cannot get path info of ${encodeNixBase32(byWhat.value)}: it isn't there`);
      return pathInfoToMessage(pathInfo);
    },
    async put(message, { signal }) {
      return pathInfoToMessage(await pathInfos.put(pathInfoFromMessage(message), { signal }));
    },
    async calculateNAR(message, { signal }) {
      const { node } = nodeFromMessage(message, { anonymous: true });
      const { narSizeBytes, narSha256 } = await narCalculation.calculateNar(node, { signal });
      return { narSize: narSizeBytes, narSha256 };
    },
    async *list(_request, { signal }) {
      for await (const pathInfo of pathInfos.list({ signal })) yield pathInfoToMessage(pathInfo);
    },
  };
}

/** The service under Tvix's name and under Snix's, which have the same messages. */
export function bindPathInfoService(
  pathInfos: PathInfoService,
  narCalculation: NarCalculationService,
): readonly ServiceBinding[] {
  const implementation = createImplementation(pathInfos, narCalculation);
  return [bindService(TvixPathInfoService, implementation), bindService(SnixPathInfoService, implementation)];
}
