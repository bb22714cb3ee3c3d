import type { DescService } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";

/**
 * The gRPC service configuration that retries the methods whose `idempotency_level` allows it, while the peer is
 * UNAVAILABLE and nothing was answered. grpc-js picks each pause at random up to the backoff.
 */
export function retryServiceConfig(service: DescService): object {
  const names = service.methods
    .filter((method) => method.idempotency !== MethodOptions_IdempotencyLevel.IDEMPOTENCY_UNKNOWN)
    .map((method) => ({ service: service.typeName, method: method.name }));
  const retryPolicy = {
    maxAttempts: 4,
    initialBackoff: "0.2s",
    maxBackoff: "2s",
    backoffMultiplier: 2,
    retryableStatusCodes: ["UNAVAILABLE"],
  };
  return { loadBalancingConfig: [], methodConfig: names.length === 0 ? [] : [{ name: names, retryPolicy }] };
}
