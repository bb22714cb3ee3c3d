import { NodeSDK } from "@opentelemetry/sdk-node";
import { onShutdown } from "../process/shutdown.ts";

/** Starts the SDK. What is buffered is sent when the process shuts down in an orderly way. */
export function startSdk(): void {
  const sdk = new NodeSDK({ instrumentations: [] });
  sdk.start();
  onShutdown(() => sdk.shutdown());
}
