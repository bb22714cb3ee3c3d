import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";

/** An answer of Google's that says no. */
export class GcsError extends Error {
  readonly status: number;

  constructor(status: number, body: string) {
    super(reasonIn(body) || `HTTP status ${status}`);
    this.name = "GcsError";
    this.status = status;
  }
}

/** The message in an error's JSON, or the text that came in its place. */
function reasonIn(body: string): string {
  try {
    const { error } = JSON.parse(body) as { error?: { message?: string } };
    return error?.message ?? "";
  } catch {
    return body.slice(0, 200).trim();
  }
}

function codeOf(status: number): ServiceErrorCode {
  if (status >= 500 || status === 429 || status === 408) return "unavailable";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "permission-denied";
  if (status === 404) return "failed-precondition";
  if (status === 413) return "resource-exhausted";
  return "internal";
}

/** The ServiceError for a failed request. `action` is the "Cannot verb object" part of the message. */
export function fromGcsError(action: string, error: unknown): ServiceError {
  if (ServiceError.is(error)) return new ServiceError(error.code, `${action}: ${error.message}`, { cause: error });
  if (error instanceof GcsError)
    return new ServiceError(codeOf(error.status), `${action}: ${error.message}`, { cause: error });
  // `fetch` fails with a cause when the server wasn't reached, or its answer broke off.
  const { message, cause } = error as Error;
  const reason = cause instanceof Error && cause.message !== "" ? cause.message : message;
  return new ServiceError("unavailable", `${action}: ${reason}`, { cause: error });
}
