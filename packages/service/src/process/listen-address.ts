import { isIP } from "node:net";
import { ServiceError } from "../service-error.ts";

/** Where a daemon listens. */
export type ListenAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "unix"; readonly path: string };

/** Reads `host:port`, `[v6]:port`, `:port` (loopback) or `unix:///path`. `invalid-argument` otherwise. */
export function parseListenAddress(text: string): ListenAddress {
  const unix = /^unix:(?:\/\/)?(\/.+)$/.exec(text);
  if (unix?.[1]) return { kind: "unix", path: unix[1] };
  const tcp = /^(?:\[([0-9a-fA-F:.%]+)\]|([^:[\]/]*)):(\d{1,5})$/.exec(text);
  const port = Number(tcp?.[3]);
  if (!tcp || port > 65_535)
    throw new ServiceError("invalid-argument", `Cannot listen on "${text}": not host:port, [v6]:port or unix:///path`);
  return { kind: "tcp", host: tcp[1] ?? (tcp[2] || "127.0.0.1"), port };
}

/** As gRPC and people write it. */
export function formatListenAddress(address: ListenAddress): string {
  if (address.kind === "unix") return `unix:${address.path}`;
  return isIP(address.host) === 6 ? `[${address.host}]:${address.port}` : `${address.host}:${address.port}`;
}

/** Whether only this machine can connect. */
export function isLocal(address: ListenAddress): boolean {
  if (address.kind === "unix") return true;
  return address.host === "localhost" || address.host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(address.host);
}
