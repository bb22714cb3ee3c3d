import { isTelemetryEnabled } from "@tvix-mesh/service/telemetry-state";

/** Without telemetry not even its code is loaded. */
async function observe<Result>(
  name: string,
  attributes: Record<string, string>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isTelemetryEnabled()) return await work();
  const { withSpan } = await import("@tvix-mesh/service/span");
  return await withSpan(name, { attributes }, work);
}

/** The parts of an evaluation that show in a trace. */
export function observeEvaluation<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
  return observe("evaluate", { "tvix.source": source }, work);
}

export function observeBuild<Result>(drvPath: string, work: () => Promise<Result>): Promise<Result> {
  return observe("realise", { "tvix.derivation": drvPath }, work);
}

export function observeUpload<Result>(storePath: string, work: () => Promise<Result>): Promise<Result> {
  return observe("upload source", { "tvix.store_path": storePath }, work);
}
