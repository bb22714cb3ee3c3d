import type { NamedNode } from "@tvix-mesh/castore";

/** An environment variable of the build. The value is bytes: it need not be UTF-8. */
export interface EnvironmentVariable {
  readonly key: string;
  readonly value: Uint8Array;
}

/** A file that is put into the sandbox before the command runs. */
export interface AdditionalFile {
  readonly path: string;
  readonly contents: Uint8Array;
}

/** What the machine must offer, and what the build may see of it. */
export interface BuildConstraints {
  /** The platform, for example "x86_64-linux". */
  readonly system: string;
  /** 0 asks for none in particular. */
  readonly minMemoryBytes: bigint;
  /** Absolute host paths to show read-only under their own names. */
  readonly availableRoPaths: readonly string[];
  /** Whether the build sees the host's network. Otherwise it has a loopback interface only. */
  readonly networkAccess: boolean;
  /** Whether a statically linked shell lies at /bin/sh. */
  readonly provideBinSh: boolean;
}

/**
 * Everything that a build depends on. Paths are relative to the sandbox's root; all lists but the command and the
 * needles are sorted by bytes without duplicates. `validateBuildRequest` checks all of it.
 */
export interface BuildRequest {
  /** Shown read-only below `inputsDir` under their names. */
  readonly inputs: readonly NamedNode[];
  /** Program and arguments. */
  readonly commandArgs: readonly string[];
  /** Where the command starts; "" is the root. */
  readonly workingDir: string;
  /** Writable places, empty at the start, not kept. */
  readonly scratchPaths: readonly string[];
  /** Where the inputs are shown; "" is the root. */
  readonly inputsDir: string;
  /** What to keep after the command has succeeded. */
  readonly outputs: readonly string[];
  /** Nothing else is in the environment. */
  readonly environmentVars: readonly EnvironmentVariable[];
  readonly constraints?: BuildConstraints | undefined;
  readonly additionalFiles: readonly AdditionalFile[];
  /** Byte strings to look for in the outputs, in file contents and symlink targets. */
  readonly refscanNeedles: readonly string[];
}
