import { daemons } from "./daemons.ts";

/** The variables by which commands find the mesh. */
export function meshVariables(
  addresses: ReadonlyMap<string, string>,
  traces: string | undefined,
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { name, addressVariable } of daemons) variables[addressVariable] = addresses.get(name) ?? "";
  if (traces === undefined) return variables;
  return { ...variables, OTEL_EXPORTER_OTLP_ENDPOINT: traces, OTEL_EXPORTER_OTLP_PROTOCOL: "http/json" };
}

/** What is printed once the mesh serves: a table of addresses, and shell commands that make others use them. */
export function announce(addresses: ReadonlyMap<string, string>, traces: string | undefined): string {
  const rows = [...addresses, ...(traces === undefined ? [] : [["traces", traces] as const])];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, address]) => `  ${name.padEnd(width)}  ${address}\n`).join("");
  const exports = Object.entries(meshVariables(addresses, traces)).map(([name, value]) => `export ${name}=${value}\n`);
  return `The mesh serves:\n\n${table}\nTo use it from another shell:\n\n${exports.join("")}\nCtrl-C stops it.\n`;
}
