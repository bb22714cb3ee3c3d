import { Health, HealthCheckResponse_ServingStatus } from "@tvix-mesh/proto/grpc/health/v1/health";
import { createClient, openRemote } from "@tvix-mesh/service";

/** The status of the server as a whole by gRPC's health protocol, for example "SERVING". */
export async function checkGrpcHealth(address: string, timeoutMs: number, signal: AbortSignal): Promise<string> {
  using channel = openRemote("daemon", address);
  const { status } = await createClient(Health, channel).check({}, { timeoutMs, signal });
  return HealthCheckResponse_ServingStatus[status] ?? String(status);
}
