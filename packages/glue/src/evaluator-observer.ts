import { withSpan } from "@tvix-mesh/service";

/** The parts of an evaluation that show in a trace. */
export function observeEvaluation<Result>(source: string, work: () => Promise<Result>): Promise<Result> {
  return withSpan("evaluate", { attributes: { "tvix.source": source } }, work);
}

export function observeBuild<Result>(drvPath: string, work: () => Promise<Result>): Promise<Result> {
  return withSpan("realise", { attributes: { "tvix.derivation": drvPath } }, work);
}

export function observeUpload<Result>(storePath: string, work: () => Promise<Result>): Promise<Result> {
  return withSpan("upload source", { attributes: { "tvix.store_path": storePath } }, work);
}
