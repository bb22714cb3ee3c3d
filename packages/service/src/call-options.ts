/** Taken by every method that may go over a network. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}
