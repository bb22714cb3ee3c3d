import {
  createEvaluator,
  createLocalEvalIO,
  decodeByteString,
  EvaluationError,
  encodeByteString,
} from "@tvix-mesh/eval";
import type { Outcome } from "./outcome.ts";

/** Our evaluator, as the fuzzer asks it. */
export interface Candidate {
  evaluate(program: string): Outcome;
  parses(program: string): boolean;
}

/** Relative paths of programs stand below `directory`. Integers wrap, as they do in Nix before 2.25. */
export function createCandidate(directory: string, homeDirectory: string): Candidate {
  const io = createLocalEvalIO({ environment: {}, homeDirectory });
  const evaluator = createEvaluator({ io, settings: { integerOverflow: "wrap" } });
  const base = encodeByteString(directory);
  return {
    evaluate(program) {
      try {
        const output = evaluator.evaluate({}, (evaluation) => {
          const value = evaluation.expression(encodeByteString(program), base);
          evaluation.context.forceDeep(value);
          return decodeByteString(evaluation.print(value));
        });
        return { kind: "prints", output };
      } catch (error) {
        if (!(error instanceof EvaluationError)) throw error;
        const catchable = error.kind === "throw" || error.kind === "assertion" || error.kind === "search-path";
        return catchable ? { kind: "throws" } : { kind: "fails", message: error.message };
      }
    },
    parses(program) {
      try {
        evaluator.showParsed(encodeByteString(program), base);
        return true;
      } catch (error) {
        if (error instanceof EvaluationError) return false;
        throw error;
      }
    },
  };
}
