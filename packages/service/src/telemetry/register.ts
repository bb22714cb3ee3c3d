/**
 * Loaded with `node --import @tvix-mesh/service/telemetry`. Starts the OpenTelemetry SDK if the standard variables name
 * an exporter, and does nothing, not even load it, if they don't. Everything else is configured by the standard
 * variables too (OTEL_SERVICE_NAME, OTEL_TRACES_SAMPLER, OTEL_EXPORTER_OTLP_HEADERS, …).
 */
import { environment } from "../process/environment.ts";
import { markTelemetryEnabled } from "./telemetry-state.ts";

const configured =
  environment.get("OTEL_SDK_DISABLED") !== "true" &&
  (environment.get("OTEL_EXPORTER_OTLP_ENDPOINT") ??
    environment.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ??
    environment.get("OTEL_TRACES_EXPORTER")) !== undefined;

if (configured) {
  const { startSdk } = await import("./sdk.ts");
  startSdk();
  markTelemetryEnabled();
}
