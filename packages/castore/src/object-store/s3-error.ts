import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";

/** What the client throws: the server's error by name, with the status of its answer if one came. */
interface S3Error extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const codesByName: Readonly<Record<string, ServiceErrorCode>> = {
  AccessDenied: "permission-denied",
  InvalidAccessKeyId: "unauthenticated",
  SignatureDoesNotMatch: "unauthenticated",
  RequestTimeTooSkewed: "unauthenticated",
  ExpiredToken: "unauthenticated",
  CredentialsProviderError: "unauthenticated",
  NoSuchBucket: "failed-precondition",
  QuotaExceeded: "resource-exhausted",
  EntityTooLarge: "resource-exhausted",
  TimeoutError: "unavailable",
};

function codeOf(error: S3Error): ServiceErrorCode {
  const code = codesByName[error.name];
  if (code) return code;
  const status = error.$metadata?.httpStatusCode;
  // Without a status, the server wasn't reached or its answer broke off.
  if (status === undefined || status >= 500 || status === 429 || status === 408 || status < 300) return "unavailable";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "permission-denied";
  if (status === 507) return "resource-exhausted";
  return "internal";
}

/** Whether the server says that there is no such object; not so for a bucket that isn't there. */
export function isMissingObject(error: unknown): boolean {
  const { name, $metadata } = error as S3Error;
  return name === "NoSuchKey" || name === "NotFound" || ($metadata?.httpStatusCode === 404 && name !== "NoSuchBucket");
}

/** Whether a conditional request wasn't carried out, as there is an object already or one is being put. */
export function isPreconditionFailed(error: unknown): boolean {
  const { name, $metadata } = error as S3Error;
  return name === "PreconditionFailed" || $metadata?.httpStatusCode === 412;
}

/** The ServiceError for a failed request. `action` is the "Cannot verb object" part of the message. */
export function fromS3Error(action: string, error: unknown): ServiceError {
  if (ServiceError.is(error)) return error;
  const { name, message } = error as S3Error;
  const reason = message === "" || message === "UnknownError" ? name : message;
  return new ServiceError(codeOf(error as S3Error), `${action}: ${reason}`, { cause: error });
}
