import { join } from "node:path";
import { createEvaluatorClient } from "@tvix-mesh/glue";
import type { BuiltOutputs } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { repository } from "./daemon-process.ts";
import type { Mesh } from "./mesh.ts";

/** The Nix file of the example website. */
export const exampleFile = join(repository, "examples/website/default.nix");

/** Builds the example by the mesh's evaluator, and answers what it built. */
export async function buildExample(mesh: Mesh): Promise<readonly BuiltOutputs[]> {
  const evaluator = createEvaluatorClient(mesh.channel("evaluator"));
  const built: BuiltOutputs[] = [];
  for await (const { event } of evaluator.build({ expression: { source: { case: "file", value: exampleFile } } }))
    if (event.case === "builtOutputs") built.push(event.value);
  return built;
}
