import type { Server } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";

/** The health of a daemon, as the gRPC health protocol v1 tells it for "" and for each service. */
export interface Health {
  setServing(serving: boolean): void;
}

export function addHealth(server: Server, serviceNames: readonly string[]): Health {
  const names = ["", ...serviceNames];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, "NOT_SERVING" as const])));
  health.addToServer(server);
  return {
    setServing(serving) {
      for (const name of names) health.setStatus(name, serving ? "SERVING" : "NOT_SERVING");
    },
  };
}
