import type { ArithmeticRules } from "./arithmetic.ts";

/** What an evaluator's owner decides about the language and its surroundings. */
export interface MachineSettings extends ArithmeticRules {
  readonly storeDirectory: string;
  /** `builtins.currentSystem`; undefined leaves it out, as in pure mode. */
  readonly currentSystem: string | undefined;
  /** What `builtins.currentTime` answers, in seconds; undefined leaves it out. */
  readonly currentTime: (() => number) | undefined;
  /** Whether `~` stands for nothing: a pure evaluation knows no home directory. */
  readonly forbidsHomePaths: boolean;
  /** What programs see as `builtins.nixVersion`: the nixpkgs of today asks for 2.18. */
  readonly nixVersion: string;
  /** Nested calls before the evaluation fails with a stack overflow. */
  readonly maxCallDepth: number;
  /** Names of experimental features that are on, such as `pipe-operators`. */
  readonly experimentalFeatures: ReadonlySet<string>;
  /** Whether `traceVerbose` traces. */
  readonly traceVerbose: boolean;
  /** Whether a warning of `builtins.warn` ends the evaluation. */
  readonly abortOnWarn: boolean;
}

export const defaultSettings: MachineSettings = {
  integerOverflow: "error",
  storeDirectory: "/nix/store",
  currentSystem: "x86_64-linux",
  currentTime: undefined,
  forbidsHomePaths: false,
  nixVersion: "2.18.0",
  maxCallDepth: 10_000,
  experimentalFeatures: new Set(),
  traceVerbose: false,
  abortOnWarn: false,
};
