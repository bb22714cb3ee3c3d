import process from "node:process";

/** The one place that reads environment variables. An empty variable counts as unset, as in OpenTelemetry's rules. */
export const environment = {
  get(name: string): string | undefined {
    return process.env[name] || undefined;
  },
  /** A copy of all of them, empty ones included. */
  all(): Record<string, string> {
    return { ...process.env } as Record<string, string>;
  },

  /** Gives a variable a value if it has none, for what reads the environment by itself, such as OpenTelemetry's SDK. */
  setDefault(name: string, value: string): void {
    process.env[name] ||= value;
  },

  /** The environment of a child process: this one's, with `changes`. */
  forChild(changes: Readonly<Record<string, string>>): Record<string, string | undefined> {
    return { ...process.env, ...changes };
  },
};
