import { ServiceError, type ServiceErrorCode } from "../service-error.ts";

/** Faults of the caller, which any service would find. */
const callersFaults = new Set<ServiceErrorCode>(["cancelled", "invalid-argument", "out-of-range"]);

/** Throws what one service failed with, if another one with the same contents would too, or if the caller gave up. */
export function requireWorthAskingAnother(error: unknown, signal?: AbortSignal): void {
  signal?.throwIfAborted();
  if (ServiceError.is(error) && callersFaults.has(error.code)) throw error;
}
