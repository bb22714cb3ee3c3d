import { FormatError } from "@tvix-mesh/nix-compat";
import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";

const statusByCode: Readonly<Record<ServiceErrorCode, number>> = {
  // nginx's number for a client that has gone; nobody is left to read it.
  cancelled: 499,
  "invalid-argument": 400,
  "deadline-exceeded": 504,
  "not-found": 404,
  "already-exists": 409,
  "permission-denied": 403,
  unauthenticated: 401,
  "resource-exhausted": 507,
  "failed-precondition": 409,
  "out-of-range": 416,
  unimplemented: 501,
  internal: 500,
  unavailable: 503,
  "data-loss": 500,
};

/** A refusal that HTTP has a status for and the services have not. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

/** The status that answers a request which failed with `error`. */
export function httpStatusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (error instanceof FormatError) return 400;
  return ServiceError.is(error) ? statusByCode[error.code] : 500;
}
