import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildExample } from "./testing/example.ts";
import { type Mesh, startMesh } from "./testing/mesh.ts";
import { Nix } from "./testing/nix.ts";

let nix: Nix;
let mesh: Mesh;
let built: readonly string[];
let publicKey: string;

beforeAll(async () => {
  nix = new Nix();
  const [secretFile, publicFile] = [nix.file("secret"), nix.file("public")];
  await nix.require("nix-store", "--generate-binary-cache-key", "mesh.example-1", secretFile, publicFile);
  publicKey = readFileSync(publicFile, "utf8");
  mesh = await startMesh({
    daemons: ["blob-service", "directory-service", "pathinfo-service", "build-service", "evaluator", "nar-bridge"],
    arguments: { "nar-bridge": ["--signing-key", secretFile] },
  });
  built = (await buildExample(mesh)).flatMap(({ outputs }) => outputs.map(({ storePath }) => storePath));
});

afterAll(async () => {
  await mesh?.[Symbol.asyncDispose]();
  nix?.[Symbol.dispose]();
});

/** Copies what was built, with signature checks on, into a store. */
function copyTo(store: string, trustedKey: string) {
  const trust = ["--option", "require-sigs", "true", "--option", "trusted-public-keys", trustedKey];
  return nix.run("nix", "copy", "--from", mesh.address("nar-bridge"), "--to", store, ...trust, ...built);
}

test("nix copy fetches the built closure with signature checks on, and all of it verifies", async () => {
  const store = nix.store("verified");
  expect(await copyTo(store, publicKey)).toMatchObject({ exitCode: 0 });
  expect(await nix.run("nix-store", "--store", store, "--verify", "--check-contents")).toMatchObject({ exitCode: 0 });
  const copied = await nix.pathInfos(store, "--recursive", ...built);
  expect(copied.length).toBeGreaterThan(built.length);
  for (const { path, signatures } of copied)
    expect({ path, signatures }).toEqual({ path, signatures: [expect.stringMatching(/^mesh\.example-1:/)] });
});

test("nix copy refuses the closure if it trusts another key", async () => {
  const [secretFile, publicFile] = [nix.file("other-secret"), nix.file("other-public")];
  await nix.require("nix-store", "--generate-binary-cache-key", "mesh.example-1", secretFile, publicFile);
  const { exitCode, stderr } = await copyTo(nix.store("refused"), readFileSync(publicFile, "utf8"));
  expect(exitCode).not.toBe(0);
  expect(stderr).toContain("signature");
});
