import { stripVTControlCharacters } from "node:util";

/** Colours by their names in node:util; identities where there are none. */
export type Style = (format: "red" | "yellow" | "green" | "dim" | "bold" | NameColour, text: string) => string;
type NameColour = "cyan" | "magenta" | "blue";

const nameColours: readonly NameColour[] = ["cyan", "magenta", "blue"];
const levelColours: Readonly<Record<string, "red" | "yellow" | "green" | "dim">> = {
  trace: "dim",
  debug: "dim",
  info: "green",
  warn: "yellow",
  error: "red",
  fatal: "red",
};

/** Fields of a log line that its text shows already, or that only machines want. */
const silentFields = new Set(["level", "time", "pid", "hostname", "name", "msg", "err", "trace_id", "span_id"]);
const wordyFields = new Set(["addresses", "signal"]);

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function describeFields(fields: Record<string, unknown>): string {
  return Object.entries(fields)
    .filter(([key]) => !silentFields.has(key) && !wordyFields.has(key))
    .map(([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join("");
}

function describeStack(error: unknown): string {
  if (typeof error !== "object" || error === null || !("stack" in error)) return "";
  return `\n${String(error.stack).replace(/^/gm, "    ")}`;
}

/** A daemon's JSON log line for people: time, name, level, message, fields. Other lines count as errors. */
export function formatLogLine(name: string, width: number, line: string, style: Style): string {
  const fields = parse(line) ?? { level: "error", msg: stripVTControlCharacters(line) };
  const time = typeof fields.time === "string" ? fields.time.slice(11, 23) : " ".repeat(12);
  const level = String(fields.level);
  const colour = nameColours[name.length % nameColours.length] ?? "cyan";
  const columns = [
    style("dim", time),
    style(colour, name.padEnd(width)),
    style(levelColours[level] ?? "red", level.toUpperCase().padEnd(5)),
    String(fields.msg) + style("dim", describeFields(fields) + describeStack(fields.err)),
  ];
  return `${columns.join(" ")}\n`;
}

/** The line as it is if it is JSON, and as a JSON log line of that daemon otherwise. */
export function toJsonLogLine(name: string, line: string): string {
  return `${parse(line) ? line : JSON.stringify({ level: "error", name, msg: line })}\n`;
}
