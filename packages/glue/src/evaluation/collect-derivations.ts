import { Attrs, type Evaluation, isList, type Lazy, textOf } from "@tvix-mesh/eval";

export interface FoundDerivation {
  readonly drvPath: string;
  /** The outputs that the expression selects: one if it names an output, else those that it says to install. */
  readonly outputs: readonly { readonly name: string; readonly path: string }[];
}

function isDerivation(evaluation: Evaluation, attrs: Attrs): boolean {
  return attrs.has("type") && evaluation.context.force(attrs.get("type") as Lazy) === "derivation";
}

function text(evaluation: Evaluation, attrs: Attrs, name: string): string {
  const value = attrs.get(name);
  if (value === undefined)
    return evaluation.context.fail("missing-attribute", `derivation lacks the attribute '${name}'`);
  return textOf(evaluation.context.forceString(value, `evaluating the attribute '${name}' of a derivation`));
}

/** nix-build's choice: the output that was selected, or the first one of `outputs`. */
function selectedOutput(evaluation: Evaluation, attrs: Attrs): string {
  const name = attrs.get("outputName");
  return name === undefined ? "out" : textOf(evaluation.context.forceString(name));
}

/** The derivations that a value holds: itself, or those in its lists and sets that say `recurseForDerivations`. */
export function* collectDerivations(
  evaluation: Evaluation,
  value: Lazy,
  args: ReadonlyMap<string, Lazy>,
): Generator<FoundDerivation> {
  const forced = evaluation.autoCall(value, args);
  if (isList(forced)) {
    for (const item of forced) yield* collectDerivations(evaluation, item, args);
  } else if (!(forced instanceof Attrs)) {
    evaluation.context.fail("type", "expression does not evaluate to a derivation (or a set or list of those)");
  } else if (isDerivation(evaluation, forced)) {
    const name = selectedOutput(evaluation, forced);
    yield {
      drvPath: text(evaluation, forced, "drvPath"),
      outputs: [{ name, path: text(evaluation, forced, "outPath") }],
    };
  } else yield* collectFromSet(evaluation, forced, args);
}

/** As nix-build does: sets below the top are entered only if they ask for it, and what is no derivation is passed over. */
function* collectFromSet(
  evaluation: Evaluation,
  attrs: Attrs,
  args: ReadonlyMap<string, Lazy>,
): Generator<FoundDerivation> {
  for (const name of attrs.names()) {
    const item = evaluation.autoCall(attrs.get(name) as Lazy, args);
    if (!(item instanceof Attrs)) continue;
    const recurse = item.get("recurseForDerivations");
    const isWanted =
      isDerivation(evaluation, item) || (recurse !== undefined && evaluation.context.forceBoolean(recurse));
    if (isWanted) yield* collectDerivations(evaluation, item, args);
  }
}
