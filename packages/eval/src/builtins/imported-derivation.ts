import type { ImportedDerivation } from "../eval-io.ts";
import { withIOErrors } from "../run/io-errors.ts";
import type { Machine } from "../run/machine.ts";
import { makeAttrs } from "../values/attrs.ts";
import { ContextElement } from "../values/context.ts";
import { NixError } from "../values/nix-error.ts";
import { type Lazy, makeString, type Value } from "../values/value.ts";

/** The value of a `.drv` file of the store, which is imported as what its derivation was; undefined for other paths. */
export function importedDerivation(machine: Machine, path: string): Value | undefined {
  if (!path.endsWith(".drv") || !path.startsWith(`${machine.storeDirectory}/`)) return undefined;
  const derivation = withIOErrors(() => machine.io.readDerivation?.(path));
  return derivation && derivationValue(machine, path, derivation);
}

/** The first output; each has all of them as attributes, itself too. What Nix computes late is computed late here. */
function derivationValue(machine: Machine, drvPath: string, { name, outputs }: ImportedDerivation): Value {
  const attributesOf = (outputName: string, path: string): readonly (readonly [string, Lazy])[] => [
    ...values,
    ["all", all],
    ["drvPath", makeString(drvPath, new ContextElement("derivation", drvPath))],
    ["name", name],
    ["type", "derivation"],
    ["outPath", machine.later(() => makeString(path, new ContextElement("output", drvPath, outputName)))],
    ["outputName", outputName],
  ];
  const values = outputs.map(
    ([outputName, path]) => [outputName, machine.later(() => makeAttrs(attributesOf(outputName, path)))] as const,
  );
  const inOrder = values.map(([, value]) => value);
  const all = machine.later(() => inOrder);
  const [first] = inOrder;
  if (first === undefined) throw new NixError("derivation", `derivation '${drvPath}' has no outputs`);
  return machine.force(first);
}
