import type { Candidate } from "./candidate.ts";
import type { NixJudge } from "./nix-judge.ts";
import { withOlderJson } from "./older-json.ts";
import { withOlderLaziness } from "./older-laziness.ts";
import { guarded, type Outcome } from "./outcome.ts";

export interface Difference {
  readonly program: string;
  readonly here: string;
  readonly nix: string;
}

/** What our evaluator says where it departs from Nix 2.8 on purpose. */
const explanations = [
  // There, the result is undefined behaviour of C++.
  /NixFloat argument .* is not in the range of NixInt/,
  // The fuzzer asks the evaluator alone.
  /Cannot copy .* to the store: no store is configured/,
];

/** Programs that show which built-ins a version has, or what it calls a program without a file. */
const showsVersion = /\b(?:builtins|__curPos)\b(?!\s*\.)/;

/** Before 2.16, Nix keeps the key of a context as it is spelled. */
const spellsContextKey = /appendContext.*"\/(?:\/+nix|nix\/\/|nix\/store\/\/)/s;

/** Nix 2.8 says that names inherited from a set stand where the list of names begins; newer ones, where each stands. */
const showsInherited = /unsafeGetAttrPos.*inherit\s*\(/s;

/** Nix 2.8 takes an output without a name for a reference to all outputs. */
const hasNamelessOutput = /\boutputs\s*=\s*\[[^\]]*""/s;

/** Nix 2.8 takes the start of a substring for a number of 32 bits. */
const startsFarOff = /\bsubstring\b.*\d{10}/s;

/** Since 2.19, Nix and we evaluate only those replacements that are used: before, one may throw that isn't. */
const replaces = /\breplaceStrings\b/;

/** Since 2.12, Nix and we write JSON with all digits of floats, of which Nix 2.8 has six at most. */
const writesJson = /\btoJSON\b/;
/** What reads such text makes something else of it. */
const readsJson = /\b(?:fromJSON|stringLength|hashString|substring)\b.*\btoJSON\b.*\d\.\d/s;

/** A name that is a keyword, as a newer Nix prints it. Nix 2.8 puts only `if` into quotes. */
const quotedKeyword = /"(then|else|assert|with|let|in|rec|inherit)" = /g;

const explanationsByProgram = [
  showsVersion,
  spellsContextKey,
  showsInherited,
  hasNamelessOutput,
  startsFarOff,
  readsJson,
];

function isExplained(program: string, here: Outcome): boolean {
  if (explanationsByProgram.some((pattern) => pattern.test(program))) return true;
  return here.kind === "fails" && explanations.some((pattern) => pattern.test(here.message));
}

/** How many programs came to what in both, and those that didn't. */
export interface Comparison {
  readonly prints: number;
  readonly throws: number;
  readonly fails: number;
  /** Nix crashed, or came to no end. */
  readonly unjudged: number;
  /** Differences of which `explanations` knows. */
  readonly explained: number;
  readonly differences: readonly Difference[];
}

export const noComparison: Comparison = { prints: 0, throws: 0, fails: 0, unjudged: 0, explained: 0, differences: [] };

export function addComparisons(left: Comparison, right: Comparison): Comparison {
  return {
    prints: left.prints + right.prints,
    throws: left.throws + right.throws,
    fails: left.fails + right.fails,
    unjudged: left.unjudged + right.unjudged,
    explained: left.explained + right.explained,
    differences: [...left.differences, ...right.differences],
  };
}

function show(outcome: Outcome): string {
  if (outcome.kind === "prints") return outcome.output;
  return outcome.kind === "throws" ? "throws" : `fails: ${outcome.message.trim()}`;
}

/** Compares what programs print, throw or fail with. Those that print are judged together, and so are the others. */
export async function compareMeanings(
  programs: readonly string[],
  here: Candidate,
  nix: NixJudge,
): Promise<Comparison> {
  const outcomes = programs.map((program) => ({ program, outcome: here.evaluate(program) }));
  const printing = outcomes.filter(({ outcome }) => outcome.kind === "prints").map(({ program }) => program);
  const others = outcomes.filter(({ outcome }) => outcome.kind !== "prints").map(({ program }) => program);
  return addComparisons(await comparePrinting(printing, here, nix), await compareFailing(others, here, nix));
}

/** A program that also shows which contexts its strings have. */
function withContexts(program: string): string {
  const show = "(text: { inherit text; context = builtins.getContext text; })";
  const strings = "builtins.isList value && builtins.all builtins.isString value";
  const shown = `if builtins.isString value then ${show} value else if ${strings} then map ${show} value else value`;
  // Its last line may be a comment.
  return `(let value = ${program}\n; in ${shown})`;
}

/** Whatever the words of an error. */
function isSameOutcome(left: Outcome, right: Outcome): boolean {
  return left.kind === "prints" || right.kind === "prints" ? show(left) === show(right) : true;
}

/** As one list, and if that differs, half by half. */
async function comparePrinting(programs: readonly string[], here: Candidate, nix: NixJudge): Promise<Comparison> {
  if (programs.length === 0) return noComparison;
  const alone = programs.length === 1 ? programs[0] : undefined;
  const text = `[ ${programs.map(withContexts).join("\n")} ]`;
  const expected = here.evaluate(text);
  const judged = await nix.evaluate(text);
  if (judged?.kind === "prints" && expected.kind === "prints" && judged.output === expected.output)
    return { ...noComparison, prints: programs.length };
  if (alone !== undefined) {
    if (judged === undefined) return { ...noComparison, unjudged: 1 };
    const isLazier = expected.kind === "prints" && judged.kind === "fails" && replaces.test(alone);
    const quotesMore = show(expected).replace(quotedKeyword, "$1 = ") === show(judged);
    const writesMore = writesJson.test(alone) && withOlderJson(show(expected)) === withOlderJson(show(judged));
    const older = withOlderLaziness(alone);
    const wasLazier = older !== undefined && isSameOutcome(here.evaluate(`[ ${withContexts(older)} ]`), judged);
    if (isLazier || quotesMore || writesMore || wasLazier || isExplained(alone, expected))
      return { ...noComparison, explained: 1 };
    return { ...noComparison, differences: [{ program: alone, here: show(expected), nix: show(judged) }] };
  }
  const half = programs.length >> 1;
  return addComparisons(
    await comparePrinting(programs.slice(0, half), here, nix),
    await comparePrinting(programs.slice(half), here, nix),
  );
}

/** Whether a program is here what Nix says: whether all of it can be evaluated, and what `tryEval` makes of it. */
function meansSame(here: Candidate, program: string, wholly: string, guardedThere: string): boolean {
  const whole = here.evaluate(`(${program}\n)`);
  const tried = here.evaluate(guarded(`(${program}\n)`));
  const guardedHere = tried.kind === "prints" ? tried.output : "";
  return (whole.kind === "prints") === (wholly !== "") && guardedHere === guardedThere;
}

/** Programs that print nothing here must print nothing there, and what tryEval makes of them must be the same. */
async function compareFailing(programs: readonly string[], here: Candidate, nix: NixJudge): Promise<Comparison> {
  const evaluated = await nix.ask(programs, "builtins.deepSeq (program) true");
  const caught = await nix.ask(programs, guarded("(program)"));
  const comparisons = programs.map((program, index): Comparison => {
    const [wholly, guardedThere] = [evaluated[index], caught[index]];
    if (wholly === undefined || guardedThere === undefined) return { ...noComparison, unjudged: 1 };
    const outcome = here.evaluate(guarded(`(${program}\n)`));
    const guardedHere = outcome.kind === "prints" ? outcome.output : "";
    if (wholly === "" && guardedHere === guardedThere)
      return { ...noComparison, ...(guardedHere === "false" ? { throws: 1 } : { fails: 1 }) };
    const alone = here.evaluate(program);
    const isLazier = wholly === "" && guardedThere === "false" && guardedHere === "" && replaces.test(program);
    const older = withOlderLaziness(program);
    const wasLazier = older !== undefined && meansSame(here, older, wholly, guardedThere);
    if (isLazier || wasLazier || isExplained(program, alone)) return { ...noComparison, explained: 1 };
    const nixSays = `${wholly === "" ? "fails" : "evaluates"}; guarded: ${guardedThere || "fails"}`;
    const weSay = `${show(alone)}; guarded: ${guardedHere || "fails"}`;
    return { ...noComparison, differences: [{ program, here: weSay, nix: nixSays }] };
  });
  return comparisons.reduce(addComparisons, noComparison);
}

/** Compares which texts are programs; what those mean is compared, too. */
export async function compareSyntax(texts: readonly string[], here: Candidate, nix: NixJudge): Promise<Comparison> {
  // As the body of a function: it is parsed, and not evaluated.
  const functions = texts.map((text) => `_: ${text}`);
  const answers = await nix.ask(functions, "builtins.isFunction (program)");
  let refused = 0;
  let unjudged = 0;
  const accepted: string[] = [];
  const differences: Difference[] = [];
  texts.forEach((text, index) => {
    const answer = answers[index];
    const parses = here.parses(functions[index] as string);
    if (answer === undefined) unjudged++;
    else if (parses !== (answer === "true"))
      differences.push({
        program: text,
        here: parses ? "accepts it" : "refuses it",
        nix: parses ? "refuses it" : "accepts it",
      });
    else if (parses) accepted.push(text);
    else refused++;
  });
  // A comment at the end would swallow what follows.
  const meanings = await compareMeanings(
    accepted.map((text) => `(${text}\n)`),
    here,
    nix,
  );
  return addComparisons({ ...noComparison, fails: refused, unjudged, differences }, meanings);
}
