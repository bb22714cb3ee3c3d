let enabled = false;

/** Called once by `register.ts` when an exporter is configured. */
export function markTelemetryEnabled(): void {
  enabled = true;
}

/** Whether spans go anywhere. While they don't, nothing is wrapped. */
export function isTelemetryEnabled(): boolean {
  return enabled;
}
