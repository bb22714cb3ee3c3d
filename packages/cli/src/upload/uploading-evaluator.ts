import { homedir } from "node:os";
import type { CastoreServices } from "@tvix-mesh/castore";
import type { EvaluateRequestInit, EvaluatorService } from "@tvix-mesh/glue";
import type { CallOptions } from "@tvix-mesh/service";
import { FileClosure } from "./file-closure.ts";
import { uploadFiles } from "./upload-files.ts";

type ExpressionInit = NonNullable<EvaluateRequestInit["expression"]>;

export interface UploadingEvaluatorParts {
  readonly evaluator: EvaluatorService;
  /** Where the evaluator finds what is uploaded. */
  readonly services: CastoreServices;
  /** What evaluations need besides what their texts name; absolute. */
  readonly morePaths: readonly string[];
}

function closureOf(expression: ExpressionInit, morePaths: readonly string[]): FileClosure {
  const { source, baseDir = "/", searchPath = [], arguments: args = [] } = expression;
  const entries = searchPath.map(({ prefix = "", path = "" }) => ({ prefix, path }));
  // A pure evaluation sees no files of a machine, here or elsewhere.
  const isPure = expression.access?.pure ?? false;
  const closure = new FileClosure({ searchPath: entries, homeDirectory: homedir() });
  if (isPure) return closure;
  if (source?.case === "file") closure.add(source.value);
  if (source?.case === "text") closure.addText(source.value, baseDir);
  for (const { value } of args) if (value?.case === "expression") closure.addText(value.value, baseDir);
  for (const path of morePaths) closure.add(path);
  return closure;
}

/** An evaluator that sees this machine's files though it is elsewhere: what an expression names is uploaded first. */
export function createUploadingEvaluator({
  evaluator,
  services,
  morePaths,
}: UploadingEvaluatorParts): EvaluatorService {
  async function withMounts<Request extends { readonly expression?: ExpressionInit | undefined }>(
    request: Request,
    options: CallOptions,
  ): Promise<Request> {
    const expression = request.expression ?? {};
    const mounts = await uploadFiles(closureOf(expression, morePaths).paths(), services, options);
    return { ...request, expression: { ...expression, mounts, onlyMounts: true, homeDir: homedir() } };
  }
  return {
    async *evaluate(request, options = {}) {
      yield* evaluator.evaluate(await withMounts(request, options), options);
    },
    async *build(request, options = {}) {
      yield* evaluator.build(await withMounts(request, options), options);
    },
  };
}
