import type { Node } from "@tvix-mesh/castore";
import type { CallOptions } from "@tvix-mesh/service";
import type { BuildRequest } from "./build-request.ts";

/** An output of a build and the indices of the request's needles that it holds, ascending. */
export interface BuildOutput {
  readonly path: string;
  readonly node: Node;
  readonly needles: readonly number[];
}

/** What happens during a build: any number of log lines, then either success or failure. */
export type BuildEvent =
  /** A line of the builder's output, without its end. */
  | { readonly kind: "log-line"; readonly line: Uint8Array }
  /** The outputs, in the request's order. */
  | { readonly kind: "succeeded"; readonly outputs: readonly BuildOutput[] }
  /** The command ran and failed. `reason` is for example "builder exited with code 1". */
  | { readonly kind: "failed"; readonly reason: string; readonly exitCode?: number; readonly signal?: number };

/** Runs builds. */
export interface BuildService {
  /**
   * Runs the request's command and tells about it as it happens. Aborting ends the build and all its processes.
   * `invalid-argument` if the request breaks a rule, `failed-precondition` if this machine can't offer what the
   * constraints ask for; in both cases nothing has run.
   */
  build(request: BuildRequest, options?: CallOptions): AsyncIterable<BuildEvent>;
}
