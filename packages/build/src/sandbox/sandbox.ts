import type { CallOptions } from "@tvix-mesh/service";
import type { EnvironmentVariable } from "../build-request.ts";
import type { HostUser } from "./build-user.ts";

/** A host file or directory that is shown read-only. */
export interface ReadOnlyMount {
  readonly source: string;
  /** Where it is shown: bytes relative to the sandbox's root. A place of the same kind is there already. */
  readonly target: Uint8Array;
}

/** One command to run, with everything that it may see lying ready on the host's disk. */
export interface SandboxCommand {
  /** Host directory that is shown, read-only, as the root. */
  readonly rootDir: string;
  /** Directories below the root that may be written to, relative; "" makes the root itself writable. */
  readonly writablePaths: readonly string[];
  readonly readOnlyMounts: readonly ReadOnlyMount[];
  /** The host's static busybox; needed for `provideBinSh` and where PWD isn't the working directory. */
  readonly busybox?: string | undefined;
  /** Whether busybox is shown as /bin/sh. */
  readonly provideBinSh: boolean;
  readonly networkAccess: boolean;
  readonly commandArgs: readonly string[];
  /** Relative to the root. */
  readonly workingDir: string;
  readonly environmentVars: readonly EnvironmentVariable[];
  /** A host directory that the sandbox doesn't show, for the run's own needs. */
  readonly privateDir: string;
  /** What lies on the host's disk for this command, `rootDir` among it, lies below this directory. */
  readonly workDir: string;
}

/** How a command ended. */
export type SandboxExit =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "killed"; readonly signal: number }
  /** The sandbox was made, but the program could not be executed. */
  | { readonly kind: "not-executed"; readonly reason: string };

/** A way to run a command that sees nothing but what it is given. */
export interface Sandbox {
  /** Must own what the command may write to, and be able to read the rest; this process's user if undefined. */
  readonly user: HostUser | undefined;
  /**
   * Yields what the command writes to its standard output and error, in that order and as it comes, and returns how
   * it ended. By then none of its processes is left; so, too, if the iteration is abandoned or `signal` aborted.
   * `failed-precondition` if this machine doesn't allow such a sandbox, with what to do about it.
   */
  run(command: SandboxCommand, options?: CallOptions): AsyncGenerator<Uint8Array, SandboxExit>;
}
