import { type Derivation, parseDerivation } from "@tvix-mesh/nix-compat";
import type { Side } from "./side.ts";

interface Pair {
  readonly ours: string;
  readonly theirs: string;
}

async function read(side: Side, path: string): Promise<Derivation> {
  return parseDerivation(Buffer.from(await side.readDerivation(path)).toString("latin1"));
}

function nameOf(path: string): string {
  return path.slice("/nix/store/".length + 33);
}

/** Inputs of the same name whose paths differ. */
function differingInputs(ours: Derivation, theirs: Derivation): readonly Pair[] {
  const onlyOurs = [...ours.inputDrvs.keys()].filter((path) => !theirs.inputDrvs.has(path));
  const onlyTheirs = [...theirs.inputDrvs.keys()].filter((path) => !ours.inputDrvs.has(path));
  return onlyOurs.flatMap((path) => {
    const partner = onlyTheirs.find((candidate) => nameOf(candidate) === nameOf(path));
    return partner === undefined ? [] : [{ ours: path, theirs: partner }];
  });
}

function lines(derivation: Derivation): readonly string[] {
  const { outputs, inputDrvs, inputSrcs, system, builder, args, env } = derivation;
  return [
    ...[...outputs].map(([name, output]) => `output ${name} ${JSON.stringify(output)}`),
    ...[...inputDrvs].map(([path, names]) => `input ${path} ${names.join(",")}`),
    ...inputSrcs.map((path) => `source ${path}`),
    `system ${system}`,
    `builder ${builder}`,
    ...args.map((argument) => `argument ${argument}`),
    ...[...env].map(([name, value]) => `env ${name}=${value}`),
  ];
}

/** How two derivations differ, at the deepest input where they do: a text of a few lines. */
export async function describeFirstDifference(ours: Side, theirs: Side, top: Pair): Promise<string> {
  const seen = new Set<string>();
  const visit = async (pair: Pair): Promise<string | undefined> => {
    if (seen.has(pair.ours)) return undefined;
    seen.add(pair.ours);
    const left = await read(ours, pair.ours);
    const right = await read(theirs, pair.theirs);
    for (const input of differingInputs(left, right)) {
      const found = await visit(input);
      if (found !== undefined) return found;
    }
    const leftLines = new Set(lines(left));
    const rightLines = new Set(lines(right));
    const changed = [
      ...[...leftLines].filter((line) => !rightLines.has(line)).map((line) => `    - ${line.slice(0, 300)}`),
      ...[...rightLines].filter((line) => !leftLines.has(line)).map((line) => `    + ${line.slice(0, 300)}`),
    ];
    return [`  ours ${pair.ours}`, `  Nix  ${pair.theirs}`, ...changed.slice(0, 20)].join("\n");
  };
  return (await visit(top)) ?? "  no difference found in the derivations";
}
