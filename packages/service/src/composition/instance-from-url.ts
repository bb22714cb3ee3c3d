import { ServiceError } from "../service-error.ts";

/** What a composition holds under an instance's name. */
export interface InstanceConfig {
  readonly type: string;
  readonly [field: string]: unknown;
}

function queryValue(text: string): unknown {
  if (text === "true" || text === "false") return text === "true";
  return /^-?(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text;
}

/**
 * The object form of a service URL. The scheme up to `+` is the type. `type+transport://rest` gives
 * `address: "transport://rest"`, `type:///path` gives `path`, `type://host` gives `host`; query parameters become
 * fields of the same names, numbers and booleans as such.
 *
 * `lmdb:///var/lib/x?map_size=1` → `{ type: "lmdb", path: "/var/lib/x", map_size: 1 }`;
 * `grpc+http://host:8001` → `{ type: "grpc", address: "http://host:8001" }`.
 */
export function instanceFromUrl(text: string): InstanceConfig {
  const match = /^([a-z][a-z0-9-]*)(?:\+([a-z][a-z0-9]*))?:\/\/([^?#]*)(?:\?([^#]*))?$/.exec(text);
  if (!match)
    throw new ServiceError("invalid-argument", `Cannot read service URL "${text}": not type://… or type+transport://…`);
  const [, type = "", transport, rest = "", query = ""] = match;
  const config: Record<string, unknown> = { type };
  if (transport !== undefined) config.address = `${transport}://${rest.replace(/\/$/, "") || rest}`;
  else if (rest.startsWith("/")) config.path = decodeURIComponent(rest);
  else if (rest !== "") {
    const slash = rest.indexOf("/");
    config.host = slash < 0 ? rest : rest.slice(0, slash);
    if (slash >= 0 && slash < rest.length - 1) config.path = decodeURIComponent(rest.slice(slash));
  }
  for (const [key, value] of new URLSearchParams(query)) {
    if (key in config)
      throw new ServiceError("invalid-argument", `Cannot read service URL "${text}": ${key} is given twice`);
    config[key] = queryValue(value);
  }
  return config as InstanceConfig;
}
