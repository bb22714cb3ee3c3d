import { createEvaluatorClient } from "@tvix-mesh/glue";
import { StorePath } from "@tvix-mesh/nix-compat";
import { EvaluateRequest_Format } from "@tvix-mesh/proto/mesh/eval/v1/evaluator";
import { createPathInfoServiceClient } from "@tvix-mesh/store";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildExample, exampleFile } from "./testing/example.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { Nix, type NixDerivation } from "./testing/nix.ts";

let mesh: Mesh;
let nix: Nix;
let store: string;
let sitePath: string;
let derivations: Readonly<Record<string, NixDerivation>>;

beforeAll(async () => {
  mesh = await startMesh();
  nix = new Nix();
  store = nix.store("example");
  [sitePath = ""] = await nix.instantiate(store, exampleFile);
  derivations = await nix.derivations(store, sitePath);
});

afterAll(async () => {
  nix?.[Symbol.dispose]();
  await mesh?.[Symbol.asyncDispose]();
});

/** Derivation paths and output paths of the whole example, as a JSON object like that of `nix show-derivation`. */
const describeExample = `
  let
    site = import ${exampleFile} { };
    describe = derivation: {
      name = builtins.unsafeDiscardStringContext derivation.drvPath;
      value = builtins.listToAttrs (
        map (name: { inherit name; value.path = derivation.\${name}.outPath; }) derivation.outputs
      );
    };
  in
  builtins.listToAttrs (map describe [ site site.app site.pages ])
`;

test("the evaluator gives every derivation of the example the paths that Nix gives it", async () => {
  const evaluator = createEvaluatorClient(mesh.channel("evaluator"));
  const request = {
    expression: { source: { case: "text" as const, value: Buffer.from(describeExample) } },
    format: EvaluateRequest_Format.JSON,
    strict: true,
  };
  const texts: string[] = [];
  for await (const { event } of evaluator.evaluate(request))
    if (event.case === "value") texts.push(Buffer.from(event.value.text).toString());
  const expected = Object.entries(derivations).map(([path, { outputs }]) => [path, outputs]);
  expect(JSON.parse(texts.join(""))).toEqual(Object.fromEntries(expected));
});

test("every output of the example is what Nix builds in its own sandbox: contents, references and deriver", async () => {
  const [[built]] = await Promise.all([buildExample(mesh), nix.build(store, sitePath)]);
  expect(built?.derivationPath).toBe(sitePath);
  const outputs = Object.values(derivations).flatMap((derivation) => Object.values(derivation.outputs));
  const expected = await nix.pathInfos(store, ...outputs.map(({ path }) => path));
  const pathInfos = createPathInfoServiceClient(mesh.channel("pathinfo-service"));
  for (const { path, narHash, narSize, references, deriver } of expected) {
    const ours = await pathInfos.get(StorePath.parseAbsolute(path).digest);
    expect({
      path,
      narHash: `sha256-${Buffer.from(ours?.narSha256 ?? "").toString("base64")}`,
      narSize: Number(ours?.narSizeBytes),
      references: ours?.references.map((reference) => reference.absolute()).sort(),
      deriver: ours?.deriver?.absolute(),
    }).toEqual({ path, narHash, narSize, references: references.toSorted(), deriver });
  }
});
