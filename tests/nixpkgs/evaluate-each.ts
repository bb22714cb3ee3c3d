import type { Side } from "./side.ts";

/** Where a package lies; undefined for what is no derivation, or whose evaluation throws and is caught. */
export interface PackagePaths {
  readonly drvPath: string;
  readonly outPath: string;
}

export type Outcome =
  | { readonly kind: "paths"; readonly paths: PackagePaths }
  | { readonly kind: "caught" }
  | { readonly kind: "failed"; readonly reason: string };

const batchSize = 400;

/** An expression for the paths of a derivation; `null` if it throws or is none. */
function pathsOf(derivation: string): string {
  return `(let
    value = ${derivation};
    paths = if builtins.isAttrs value && (value.type or null) == "derivation"
      then { drvPath = value.drvPath; outPath = value.outPath; }
      else null;
    tried = builtins.tryEval (builtins.deepSeq paths paths);
  in if tried.success then tried.value else null)`;
}

function toOutcome(paths: PackagePaths | null): Outcome {
  return paths ? { kind: "paths", paths } : { kind: "caught" };
}

export async function evaluateOne(side: Side, expression: string): Promise<Outcome> {
  try {
    return toOutcome(JSON.parse(await side.evaluate(pathsOf(expression))) as PackagePaths | null);
  } catch (error) {
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The outcome for each attribute. Where one fails beyond what can be caught, its batch is halved until it is alone. */
export async function evaluateEach(
  side: Side,
  set: string,
  names: readonly string[],
  progress: (done: number) => void,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  const evaluateBatch = async (batch: readonly string[]): Promise<void> => {
    const list = batch.map((name) => JSON.stringify(name)).join(" ");
    const expression = `let set = ${set}; in map (name: ${pathsOf("set.${name}")}) [ ${list} ]`;
    try {
      const values = JSON.parse(await side.evaluate(expression)) as readonly (PackagePaths | null)[];
      for (const [index, name] of batch.entries()) outcomes.set(name, toOutcome(values[index] ?? null));
    } catch (error) {
      const [only, ...others] = batch;
      if (only !== undefined && others.length === 0)
        outcomes.set(only, { kind: "failed", reason: error instanceof Error ? error.message : String(error) });
      else {
        const middle = Math.ceil(batch.length / 2);
        await evaluateBatch(batch.slice(0, middle));
        await evaluateBatch(batch.slice(middle));
      }
    }
  };
  for (let start = 0; start < names.length; start += batchSize) {
    await evaluateBatch(names.slice(start, start + batchSize));
    progress(Math.min(start + batchSize, names.length));
  }
  return outcomes;
}
