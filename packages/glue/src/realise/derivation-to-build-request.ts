import type { AdditionalFile, BuildRequest } from "@tvix-mesh/build";
import { bytesFromByteString } from "@tvix-mesh/eval";
import {
  compareByteStrings,
  type Derivation,
  derivationKind,
  encodeNixBase32,
  hashBytes,
  hashPlaceholder,
  StorePath,
} from "@tvix-mesh/nix-compat";
import { ServiceError } from "@tvix-mesh/service";
import type { PathInfo } from "@tvix-mesh/store";
import { structuredAttributeFiles } from "./structured-attributes.ts";

const storeDirectory = "nix/store";
const buildDirectory = "build";

/** What every builder finds in its environment unless the derivation says otherwise. REFERENCE: Nix's own defaults. */
const defaultEnvironment: Readonly<Record<string, string>> = {
  HOME: "/homeless-shelter",
  NIX_BUILD_CORES: "0",
  NIX_BUILD_TOP: "/build",
  NIX_LOG_FD: "2",
  NIX_STORE: "/nix/store",
  PATH: "/path-not-set",
  PWD: "/build",
  TEMP: "/build",
  TEMPDIR: "/build",
  TERM: "xterm-256color",
  TMP: "/build",
  TMPDIR: "/build",
};

/** Replaces `placeholder "out"` and its like by the paths that they stand for. */
function replacePlaceholders(derivation: Derivation): (text: string) => string {
  const pairs = [...derivation.outputs].map(([name, { path }]) => [hashPlaceholder(name), path] as const);
  return (text) => pairs.reduce((replaced, [placeholder, path]) => replaced.replaceAll(placeholder, path), text);
}

interface BuilderEnvironment {
  readonly variables: ReadonlyMap<string, string>;
  readonly files: readonly AdditionalFile[];
}

function file(name: string, contents: string): AdditionalFile {
  return { path: `${buildDirectory}/${name}`, contents: bytesFromByteString(contents) };
}

function structuredEnvironment(derivation: Derivation, json: string): BuilderEnvironment {
  const outputs = new Map([...derivation.outputs].map(([name, { path }]) => [name, path]));
  const files = structuredAttributeFiles(replacePlaceholders(derivation)(json), outputs);
  return {
    variables: new Map([
      ...Object.entries(defaultEnvironment),
      ["NIX_ATTRS_JSON_FILE", "/build/.attrs.json"],
      ["NIX_ATTRS_SH_FILE", "/build/.attrs.sh"],
    ]),
    files: [file(".attrs.json", files.json), file(".attrs.sh", files.shell)],
  };
}

function plainEnvironment(derivation: Derivation): BuilderEnvironment {
  const replace = replacePlaceholders(derivation);
  const variables = new Map(Object.entries(defaultEnvironment));
  const files: AdditionalFile[] = [];
  const asFile = new Set((derivation.env.get("passAsFile") ?? "").split(/[ \t\n]+/).filter((name) => name !== ""));
  for (const [name, value] of derivation.env) {
    if (asFile.has(name)) {
      const digest = encodeNixBase32(hashBytes("sha256", bytesFromByteString(name)).digest);
      variables.set(`${name}Path`, `/build/.attr-${digest}`);
      files.push(file(`.attr-${digest}`, replace(value)));
    } else variables.set(name, replace(value));
  }
  return { variables, files };
}

function environmentOf(derivation: Derivation): BuilderEnvironment {
  const json = derivation.env.get("__json");
  return json === undefined ? plainEnvironment(derivation) : structuredEnvironment(derivation, json);
}

/** The store path of each output, by the path that the request names it with. */
export function outputPaths(derivation: Derivation): readonly StorePath[] {
  return [...derivation.outputs.values()].map(({ path }) => StorePath.parseAbsolute(path));
}

/**
 * The build that a derivation stands for. `inputs` is the closure of everything that it is built from.
 * `unimplemented` for builders inside Nix and for outputs whose paths only the build tells.
 */
export function derivationToBuildRequest(
  drvPath: StorePath,
  derivation: Derivation,
  inputs: readonly PathInfo[],
): BuildRequest {
  const cannot = `Cannot build ${drvPath.absolute()}`;
  const kind = derivationKind(derivation);
  if (kind !== "input-addressed" && kind !== "fixed")
    throw new ServiceError("unimplemented", `${cannot}: ${kind} outputs are not supported`);
  if (derivation.builder.startsWith("builtin:"))
    throw new ServiceError("unimplemented", `${cannot}: the builder ${derivation.builder} is not supported`);
  const { variables, files } = environmentOf(derivation);
  const outputs = outputPaths(derivation);
  const sortedInputs = [...inputs].sort((a, b) => compareByteStrings(a.storePath.baseName, b.storePath.baseName));
  const replace = replacePlaceholders(derivation);
  return {
    inputs: sortedInputs.map(({ storePath, node }) => ({ name: bytesFromByteString(storePath.baseName), node })),
    commandArgs: [derivation.builder, ...derivation.args.map(replace)],
    workingDir: buildDirectory,
    scratchPaths: [buildDirectory, storeDirectory],
    inputsDir: storeDirectory,
    outputs: outputs.map((output) => `${storeDirectory}/${output.baseName}`).sort(compareByteStrings),
    environmentVars: [...variables]
      .sort(([a], [b]) => compareByteStrings(a, b))
      .map(([key, value]) => ({ key, value: bytesFromByteString(value) })),
    constraints: {
      system: derivation.system,
      minMemoryBytes: 0n,
      availableRoPaths: [],
      networkAccess: kind === "fixed",
      provideBinSh: true,
    },
    additionalFiles: [...files].sort((a, b) => compareByteStrings(a.path, b.path)),
    refscanNeedles: [...outputs, ...sortedInputs.map(({ storePath }) => storePath)].map((path) => path.hashPart),
  };
}
