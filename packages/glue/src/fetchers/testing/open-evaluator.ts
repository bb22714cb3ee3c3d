import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EvaluateRequest_Format as Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { createLocalEvaluator, type LocalEvaluatorOptions } from "../../evaluator-service/local-evaluator.ts";
import type { MeshServices } from "../../mesh-services.ts";
import { openMemoryMesh } from "../../testing/memory-mesh.ts";

const encode = (text: string) => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** An evaluator on a store in memory. */
export interface TestEvaluator extends AsyncDisposable {
  readonly services: MeshServices;
  /** A place on disk for the test. */
  readonly folder: string;
  /** Warnings told so far. */
  readonly warnings: readonly string[];
  /** The value, from JSON. */
  evaluate(source: string, options?: { readonly signal?: AbortSignal; readonly readOnly?: boolean }): Promise<unknown>;
  /** The output paths. */
  build(source: string): Promise<readonly string[]>;
}

export async function openTestEvaluator(
  options: Omit<LocalEvaluatorOptions, "services"> = {},
  searchPath: readonly { readonly prefix: string; readonly path: string }[] = [],
): Promise<TestEvaluator> {
  const folder = mkdtempSync(join(tmpdir(), "tvix-fetch-"));
  const services = await openMemoryMesh(join(folder, "builds"));
  const fetching = { cacheDirectory: join(folder, "cache"), limits: { firstRetryMs: 1 }, ...options.fetching };
  const evaluator = createLocalEvaluator({ services, ...options, fetching });
  const warnings: string[] = [];
  const expressionOf = (source: string) => ({
    source: { case: "text" as const, value: encode(source) },
    baseDir: folder,
    searchPath: searchPath.map((entry) => ({ ...entry })),
  });
  return {
    services,
    folder,
    warnings,
    async evaluate(source, options = {}) {
      const request = {
        expression: expressionOf(source),
        format: Format.JSON,
        strict: true,
        readOnly: options.readOnly ?? false,
      };
      let text = "";
      for await (const { event } of evaluator.evaluate(request, options)) {
        if (event.case === "warning") warnings.push(event.value.message);
        if (event.case === "value") text += decode(event.value.text);
      }
      return JSON.parse(text);
    },
    async build(source) {
      const paths: string[] = [];
      for await (const { event } of evaluator.build({ expression: expressionOf(source) }))
        if (event.case === "builtOutputs") paths.push(...event.value.outputs.map(({ storePath }) => storePath));
      return paths;
    },
    async [Symbol.asyncDispose]() {
      await evaluator[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
