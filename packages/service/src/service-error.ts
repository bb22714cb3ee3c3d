/** What a caller can act on. A closed set: `grpc/status.ts` maps each to one gRPC status and back. */
export type ServiceErrorCode =
  | "cancelled"
  | "invalid-argument"
  | "deadline-exceeded"
  | "not-found"
  | "already-exists"
  | "permission-denied"
  | "unauthenticated"
  | "resource-exhausted"
  | "failed-precondition"
  | "out-of-range"
  | "unimplemented"
  | "internal"
  | "unavailable"
  | "data-loss";

const brand = Symbol.for("tvix-mesh.ServiceError");

/** A failure that crosses service borders. The message reads "Cannot verb object: reason". */
export class ServiceError extends Error {
  readonly code: ServiceErrorCode;
  get [brand](): true {
    return true;
  }

  constructor(code: ServiceErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ServiceError";
    this.code = code;
  }

  /**
   * Whether `error` is a ServiceError, of the given code if one is given. It may come from another copy of this module: a
   * program that starts from a snapshot has two.
   */
  static is(error: unknown, code?: ServiceErrorCode): error is ServiceError {
    return error instanceof Error && brand in error && (code === undefined || (error as ServiceError).code === code);
  }
}

const noSpaceCodes = new Set(["ENOSPC", "EDQUOT", "MDB_MAP_FULL"]);

/**
 * Turns what a storage technology threw into a ServiceError: a full disk or map is `resource-exhausted`, a missing
 * permission `permission-denied`, an abort `cancelled`, anything else `internal`. ServiceErrors pass unchanged.
 * `action` is the "Cannot verb object" part of the message.
 */
export function toServiceError(action: string, cause: unknown): ServiceError {
  if (ServiceError.is(cause)) return cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const message = `${action}: ${reason}`;
  if (noSpaceCodes.has(code) || /MDB_MAP_FULL|No space left/.test(reason))
    return new ServiceError("resource-exhausted", message, { cause });
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new ServiceError("permission-denied", message, { cause });
  if (cause instanceof Error && cause.name === "AbortError") return new ServiceError("cancelled", message, { cause });
  return new ServiceError("internal", message, { cause });
}
