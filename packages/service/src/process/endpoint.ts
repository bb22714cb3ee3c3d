import type { ListenAddress } from "./listen-address.ts";

/** What accepts connections: a gRPC or an HTTP server. */
export interface Endpoint {
  /** Starts to listen; answers the address with the port that was chosen if it was 0. */
  listen(address: ListenAddress): Promise<ListenAddress>;
  /** Tells health checks whether new work is welcome. */
  setServing(serving: boolean): void;
  /** Closes all connections, after what was answered has been sent if clients take it. */
  close(): Promise<void>;
}
