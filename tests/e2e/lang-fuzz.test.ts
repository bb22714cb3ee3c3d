import { afterAll, expect, it } from "vitest";
import { createFuzzer, type FuzzKind } from "../lang/fuzz/fuzzer.ts";

/** `make fuzz-lang` runs more of both, and shrinks what differs. */
const programCount = Number(process.env.LANG_FUZZ_PROGRAMS ?? "500");
const seed = Number(process.env.LANG_FUZZ_SEED ?? "1");

const fuzzer = createFuzzer();
afterAll(() => fuzzer[Symbol.dispose]());

it.each<FuzzKind>(["whole", "mangled"])(
  `${programCount} %s programs from seed ${seed} mean the same to nix-instantiate`,
  { timeout: 60_000 + programCount * 200 },
  async (kind) => {
    const { differences, unjudged } = await fuzzer.compare(kind, seed, 0, programCount);
    expect(differences).toEqual([]);
    expect(unjudged).toBeLessThan(programCount / 10);
  },
);
