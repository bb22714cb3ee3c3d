import type { Machine } from "../run/machine.ts";
import { type Attrs, makeAttrs } from "../values/attrs.ts";
import { Builtin } from "../values/functions.ts";
import { NixError } from "../values/nix-error.ts";
import type { Lazy } from "../values/value.ts";
import { attributeSetBuiltins } from "./attribute-sets.ts";
import type { BuiltinDefinition } from "./builtin-context.ts";
import { contextBuiltins } from "./contexts.ts";
import { controlBuiltins } from "./control.ts";
import type { CoreBuiltin } from "./define.ts";
import { fileBuiltins } from "./files.ts";
import { flakeReferenceBuiltins } from "./flake-references.ts";
import { hashBuiltins } from "./hashes.ts";
import { listBuiltins } from "./lists.ts";
import { numberBuiltins } from "./numbers.ts";
import { featuresOfBuiltin, plainGlobals, storeBuiltinArities } from "./store-names.ts";
import { stringBuiltins } from "./strings.ts";
import { structuredDataBuiltins } from "./structured-data.ts";
import { typeBuiltins } from "./types.ts";

const coreBuiltins: readonly CoreBuiltin[] = [
  ...typeBuiltins,
  ...numberBuiltins,
  ...listBuiltins,
  ...attributeSetBuiltins,
  ...stringBuiltins,
  ...hashBuiltins,
  ...contextBuiltins,
  ...controlBuiltins,
  ...structuredDataBuiltins,
  ...fileBuiltins,
  ...flakeReferenceBuiltins,
];

export interface GlobalParts {
  readonly extraBuiltins: readonly BuiltinDefinition[];
  /** The function `derivation`, made when first needed. */
  readonly derivation: Lazy;
}

/** Fills the machine's table of globals: `builtins`, its members under their global names, and the constants. */
export function installGlobals(machine: Machine, parts: GlobalParts): void {
  const members = new Map<string, Lazy>();
  const isOn = (name: string): boolean => {
    const features = featuresOfBuiltin.get(name);
    return features === undefined || features.some((feature) => machine.settings.experimentalFeatures.has(feature));
  };
  for (const [name, arity] of storeBuiltinArities) if (isOn(name)) members.set(name, absentBuiltin(name, arity));
  for (const { name, arity, run } of coreBuiltins) if (isOn(name)) members.set(name, new Builtin(name, arity, run));
  members.set("derivation", parts.derivation);
  for (const [name, value] of constants(machine)) members.set(name, value);
  for (const definition of parts.extraBuiltins) members.set(definition.name, fromDefinition(machine, definition));
  for (const name of changing) {
    if (name === "currentTime" && machine.settings.currentTime === undefined) continue;
    members.set(name, null);
    machine.changingGlobals.add(name).add(globalName(name));
  }
  for (const [name, value] of members) machine.globals.set(globalName(name), value);
  for (const [name, value] of [
    ["true", true],
    ["false", false],
    ["null", null],
  ] as const) {
    members.set(name, value);
    machine.globals.set(name, value);
  }
  members.set(
    "builtins",
    machine.later(() => builtins),
  );
  const builtins = makeAttrs(members);
  machine.globals.set("builtins", builtins);
}

const changing = ["nixPath", "currentTime"];

/** Sets a global that has a value of its own in each evaluation. */
export function setChangingGlobal(machine: Machine, name: "nixPath" | "currentTime", value: Lazy): void {
  if (!machine.changingGlobals.has(name)) return;
  machine.globals.set(globalName(name), value);
  const builtins = machine.globals.get("builtins") as Attrs;
  builtins.slots[builtins.shape.indexOf(name) + 1] = value;
}

function globalName(name: string): string {
  return plainGlobals.has(name) ? name : `__${name}`;
}

function fromDefinition(machine: Machine, { name, arity, run }: BuiltinDefinition): Lazy {
  return arity === 0 ? machine.later(() => run(machine)) : new Builtin(name, arity, run);
}

function absentBuiltin(name: string, arity: number): Builtin {
  return new Builtin(name, arity, () => {
    throw new NixError("unsupported", `built-in '${name}' is not available in this evaluator`);
  });
}

function constants(machine: Machine): [string, Lazy][] {
  const { settings } = machine;
  const found: [string, Lazy][] = [
    ["nixVersion", settings.nixVersion],
    ["langVersion", 6],
    ["storeDir", settings.storeDirectory],
  ];
  if (settings.currentSystem !== undefined) found.push(["currentSystem", settings.currentSystem]);
  return found;
}
