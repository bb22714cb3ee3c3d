import process from "node:process";

/** The one place that reads environment variables. An empty variable counts as unset, as in OpenTelemetry's rules. */
export const environment = {
  get(name: string): string | undefined {
    return process.env[name] || undefined;
  },
};
