import { environment } from "@tvix-mesh/service/environment";

const exporterVariables = [
  "OTEL_EXPORTER_OTLP_ENDPOINT",
  "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
  "OTEL_TRACES_EXPORTER",
] as const;

/**
 * Makes a command the root of a trace and sends its spans before it ends, if an exporter is configured. Otherwise no
 * part of OpenTelemetry is loaded.
 */
export async function observeCommand(name: string, work: () => Promise<void>): Promise<void> {
  if (exporterVariables.every((variable) => environment.get(variable) === undefined)) return work();
  environment.setDefault("OTEL_SERVICE_NAME", "tvix");
  await import("@tvix-mesh/service/telemetry");
  const { runShutdownActions, withSpan } = await import("@tvix-mesh/service");
  try {
    await withSpan(`tvix ${name}`, {}, work);
  } finally {
    await runShutdownActions();
  }
}
