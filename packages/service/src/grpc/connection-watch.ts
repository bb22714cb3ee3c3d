import { type Client, type ClientUnaryCall, connectivityState, status } from "@grpc/grpc-js";

/** Of a call of any kind, what ends it with a status. */
export type WatchedCall = Pick<ClientUnaryCall, "call">;

/**
 * Fails a call as `unavailable` once its client has had no connection for `timeoutMs`. grpc-js waits without limit for
 * a peer that accepts connections and says nothing, as one does that is frozen; calls without a deadline would hang.
 * Answers what ends the watch.
 */
export function failWithoutConnection(client: Client, call: WatchedCall, timeoutMs: number): () => void {
  let connectedAt = performance.now();
  const timer = setInterval(
    () => {
      const now = performance.now();
      if (client.getChannel().getConnectivityState(false) === connectivityState.READY) connectedAt = now;
      else if (now - connectedAt >= timeoutMs)
        call.call?.cancelWithStatus(status.UNAVAILABLE, `no connection for ${timeoutMs / 1000} s`);
    },
    Math.min(1_000, timeoutMs / 4),
  );
  timer.unref();
  return () => clearInterval(timer);
}
