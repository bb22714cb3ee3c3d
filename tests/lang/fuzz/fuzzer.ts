import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTemporaryDirectory } from "../../e2e/testing/temporary-directory.ts";
import { createCandidate } from "./candidate.ts";
import { type Comparison, compareMeanings, compareSyntax, type Difference } from "./compare.ts";
import { mangle } from "./mangle.ts";
import { NixJudge } from "./nix-judge.ts";
import { ProgramGenerator } from "./program-generator.ts";
import { Random } from "./random.ts";
import { shrink } from "./shrink.ts";

const fixtures: Readonly<Record<string, string>> = {
  text: "some text\n",
  "number.nix": "41 + 1",
  "function.nix": "{ a ? 1, ... }: [ a ]",
  "scoped.nix": "a",
  "broken.nix": "{ a = ; }",
  "folder/x.nix": '"x"',
  "folder/default.nix": "{ a = ./x.nix == ../folder/x.nix; }",
};

/** `mangled` programs are mostly none: they are about what the parser accepts. */
export type FuzzKind = "whole" | "mangled";

/** Compares generated programs with `nix-instantiate`. Program `index` of a kind and seed is always the same. */
export interface Fuzzer extends Disposable {
  compare(kind: FuzzKind, seed: number, firstIndex: number, count: number): Promise<Comparison>;
  /** A smaller program that means other things in the two. */
  shrink(kind: FuzzKind, difference: Difference): Promise<Difference>;
}

export function createFuzzer(): Fuzzer {
  const directory = makeTemporaryDirectory("lang-fuzz");
  const programs = join(directory.path, "programs");
  mkdirSync(join(programs, "folder"), { recursive: true });
  for (const [name, text] of Object.entries(fixtures)) writeFileSync(join(programs, name), text);
  const home = join(directory.path, "home");
  const here = createCandidate(programs, home);
  const nix = new NixJudge(programs, home);
  const compare = { whole: compareMeanings, mangled: compareSyntax };
  return {
    compare(kind, seed, firstIndex, count) {
      const texts = Array.from({ length: count }, (_, offset) => programOf(kind, seed, firstIndex + offset));
      return compare[kind](texts, here, nix);
    },
    shrink: (kind, difference) =>
      shrink(difference, async (programs) => (await compare[kind](programs, here, nix)).differences),
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}

function programOf(kind: FuzzKind, seed: number, index: number): string {
  const random = new Random(seed * (kind === "whole" ? 1_000_003 : 2_000_003) + index);
  const program = new ProgramGenerator(random).program();
  return kind === "whole" ? program : mangle(program, random);
}
