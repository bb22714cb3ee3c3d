import { type ServiceError as GrpcError, Metadata, type ServerErrorResponse, status } from "@grpc/grpc-js";
import { ServiceError, type ServiceErrorCode } from "../service-error.ts";

const statusByCode: Readonly<Record<ServiceErrorCode, status>> = {
  cancelled: status.CANCELLED,
  "invalid-argument": status.INVALID_ARGUMENT,
  "deadline-exceeded": status.DEADLINE_EXCEEDED,
  "not-found": status.NOT_FOUND,
  "already-exists": status.ALREADY_EXISTS,
  "permission-denied": status.PERMISSION_DENIED,
  unauthenticated: status.UNAUTHENTICATED,
  "resource-exhausted": status.RESOURCE_EXHAUSTED,
  "failed-precondition": status.FAILED_PRECONDITION,
  "out-of-range": status.OUT_OF_RANGE,
  unimplemented: status.UNIMPLEMENTED,
  internal: status.INTERNAL,
  unavailable: status.UNAVAILABLE,
  "data-loss": status.DATA_LOSS,
};

const codeByStatus = new Map<status, ServiceErrorCode>(
  Object.entries(statusByCode).map(([code, value]) => [value, code as ServiceErrorCode]),
);

/** The status that a handler's failure answers. What is no ServiceError is a defect of ours: INTERNAL. */
export function toGrpcStatus(error: unknown): ServerErrorResponse & { code: status; details: string } {
  const code = ServiceError.is(error) ? statusByCode[error.code] : status.INTERNAL;
  const details = error instanceof Error ? error.message : String(error);
  return { code, details, name: "ServiceError", message: details, metadata: new Metadata() };
}

/** Where a client's call went; errors name it. */
export interface Peer {
  /** The daemon's name, for example "blob-service". */
  readonly name: string;
  readonly address: string;
}

/** Whether `error` is what grpc-js rejects a call with. */
export function isGrpcError(error: unknown): error is GrpcError {
  return error instanceof Error && "code" in error && "details" in error;
}

/** The ServiceError for a failed call to `peer`. The server's own words are kept; an unreachable peer is named. */
export function fromGrpcError(error: unknown, peer: Peer): ServiceError {
  if (ServiceError.is(error)) return error;
  if (!isGrpcError(error)) return new ServiceError("internal", String(error), { cause: error });
  const code = codeByStatus.get(error.code) ?? "internal";
  // A peer that was reached and can't reach another one says so in its own words.
  if (error.details.startsWith("Cannot reach ")) return new ServiceError(code, error.details, { cause: error });
  if (code === "unavailable" || code === "deadline-exceeded") {
    // grpc-js ends its details with the head of a note even when there is none.
    const reason = error.details.replace(/ Resolution note: $/, "");
    return new ServiceError(code, `Cannot reach ${peer.name} at ${peer.address}: ${reason}`, { cause: error });
  }
  return new ServiceError(code, error.details, { cause: error });
}
