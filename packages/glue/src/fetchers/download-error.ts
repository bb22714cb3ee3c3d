import { ServiceError, type ServiceErrorCode } from "@tvix-mesh/service";

/** Why a URL could not be read, and whether it may be later. */
export class DownloadError extends ServiceError {
  readonly isTransient: boolean;
  /** How long the server wants to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ServiceErrorCode,
    url: string,
    reason: string,
    options: {
      readonly isTransient?: boolean;
      readonly retryAfterMs?: number | undefined;
      readonly cause?: unknown;
    } = {},
  ) {
    super(code, `unable to download '${url}': ${reason}`, { cause: options.cause });
    this.isTransient = options.isTransient ?? false;
    this.retryAfterMs = options.retryAfterMs;
  }
}
