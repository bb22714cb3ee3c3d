import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";

/** What the client throws: with the status and the service's name of the error if an answer came. */
interface AzureError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly details?: { readonly errorCode?: string };
}

const codesByName: Readonly<Record<string, ServiceErrorCode>> = {
  AuthenticationFailed: "unauthenticated",
  InvalidAuthenticationInfo: "unauthenticated",
  NoAuthenticationInformation: "unauthenticated",
  ContainerNotFound: "failed-precondition",
  ContainerDisabled: "failed-precondition",
  ContainerBeingDeleted: "failed-precondition",
  RequestBodyTooLarge: "resource-exhausted",
};

/** In place of names that come alone, as in answers to look-ups, which have no body. */
const reasonsByName: Readonly<Record<string, string>> = {
  AuthenticationFailed: "the account's key or the token is wrong",
  AuthorizationFailure: "the account's key or the token is wrong, or doesn't allow it",
  ContainerNotFound: "the container isn't there",
};

/** Of the library that gets tokens, which wraps what went wrong with each place where it looked. */
const signInErrors = new Set(["CredentialUnavailableError", "AuthenticationError", "AggregateAuthenticationError"]);

/** The service's name of the error. Answers to look-ups have it in a header alone. */
function nameOf(error: AzureError): string {
  return error.details?.errorCode ?? error.code ?? "";
}

function codeOf(error: AzureError): ServiceErrorCode {
  const known = codesByName[nameOf(error)] ?? (signInErrors.has(error.name) ? "unauthenticated" : undefined);
  if (known) return known;
  const { statusCode: status } = error;
  // Without a status, the server wasn't reached or its answer broke off.
  if (status === undefined || status >= 500 || status === 429 || status === 408 || status < 300) return "unavailable";
  if (status === 401) return "unauthenticated";
  if (status === 403) return "permission-denied";
  return "internal";
}

/** Whether the server says that there is no such object; not so for a container that isn't there. */
export function isMissingBlob(error: unknown): boolean {
  return (error as AzureError).statusCode === 404 && nameOf(error as AzureError) !== "ContainerNotFound";
}

/** Whether a conditional request wasn't carried out, as there is an object already. */
export function isConditionNotMet(error: unknown): boolean {
  const { statusCode } = error as AzureError;
  return statusCode === 412 || (statusCode === 409 && nameOf(error as AzureError) === "BlobAlreadyExists");
}

/** Whether the blocks of an upload are gone, as another upload of the same object ended. */
export function areBlocksGone(error: unknown): boolean {
  return ServiceError.is(error) && nameOf(error.cause as AzureError) === "InvalidBlockList";
}

/** The ServiceError for a failed request. `action` is the "Cannot verb object" part of the message. */
export function fromAzureError(action: string, error: unknown): ServiceError {
  if (ServiceError.is(error)) return error;
  // The first line is the reason; others number the request.
  const [reason = ""] = (error as AzureError).message.split("\n", 1);
  const name = nameOf(error as AzureError);
  const explained = reasonsByName[name] === undefined ? name : `${reasonsByName[name]} (${name})`;
  const shown = reason === "" || reason === name ? explained || (error as AzureError).name : reason;
  return new ServiceError(codeOf(error as AzureError), `${action}: ${shown}`, { cause: error });
}
