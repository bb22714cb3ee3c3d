import { status } from "@grpc/grpc-js";
import type { CallObserver } from "../grpc/server.ts";
import type { Logger } from "./logger.ts";

/** Statuses that tell of a defect or a failing machine; the rest is the caller's business. */
const severe = new Set([status.INTERNAL, status.DATA_LOSS, status.UNKNOWN, status.RESOURCE_EXHAUSTED]);

/** Logs each call when it ends: failures of ours as errors with their stack, the rest for those who debug. */
export function createCallLog(logger: Logger): CallObserver {
  return {
    ended({ path, code, details, durationMs, error }) {
      const fields = { path, status: status[code], durationMs: Math.round(durationMs) };
      if (severe.has(code)) logger.error({ ...fields, err: error }, `${path} failed: ${details}`);
      else if (code === status.OK) logger.debug(fields, path);
      else logger.debug(fields, `${path}: ${details}`);
    },
  };
}
