import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type CastoreServices, displayBytes, exportTree, importTree } from "@tvix-mesh/castore";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import { BuildQueue } from "./build-queue.ts";
import type { BuildConstraints, BuildRequest } from "./build-request.ts";
import type { BuildEvent, BuildOutput, BuildService } from "./build-service.ts";
import { isWithin } from "./clean-path.ts";
import { type CachedInput, InputCache } from "./input-cache.ts";
import { type InspectedOutput, inspectOutput, OutputFault } from "./inspect-output.ts";
import { splitLogLines } from "./log-lines.ts";
import { machineMemoryBytes, machineSystem } from "./machine.ts";
import { needsLauncher } from "./sandbox/bubblewrap-arguments.ts";
import { prepareRoot, writablePaths } from "./sandbox/prepare-root.ts";
import type { ReadOnlyMount, Sandbox, SandboxExit } from "./sandbox/sandbox.ts";
import { locateSandboxShell } from "./sandbox/sandbox-shell.ts";
import { signalName } from "./signal-name.ts";
import { validateBuildRequest } from "./validate-build-request.ts";
import { openWorkDirectory, type WorkDirectory } from "./work-directory.ts";

export interface LocalBuildServiceOptions {
  readonly sandbox: Sandbox;
  /** Where inputs come from and outputs go. */
  readonly stores: CastoreServices;
  /** Where builds and exported inputs lie while they are needed. */
  readonly workDirectory: string;
  /** How many builds run side by side; as many as there are processors by default. */
  readonly maxJobs?: number | undefined;
  /** A static busybox; the one in PATH by default. */
  readonly sandboxShell?: string | undefined;
  /** How much of the disk inputs may take that no build is using; 20 GiB by default. */
  readonly inputCacheBytes?: number | undefined;
  /** Host paths that builds may ask to see, with what is below them; none by default. */
  readonly hostPaths?: readonly string[] | undefined;
}

const defaultInputCacheBytes = 20 * 1024 ** 3;

type Outcome = Exclude<BuildEvent, { kind: "log-line" }>;

function failed(reason: string): Outcome {
  return { kind: "failed", reason };
}

/** The outcome of a command that didn't succeed. */
function outcomeOf(exit: SandboxExit, program: string): Outcome | undefined {
  switch (exit.kind) {
    case "exited":
      if (exit.code === 0) return undefined;
      return { kind: "failed", reason: `builder exited with code ${exit.code}`, exitCode: exit.code };
    case "killed":
      return { kind: "failed", reason: `builder was ended by ${signalName(exit.signal)}`, signal: exit.signal };
    case "not-executed":
      return failed(`builder ${JSON.stringify(program)} could not be executed: ${exit.reason}`);
  }
}

class LocalBuildService implements BuildService, AsyncDisposable {
  readonly #options: LocalBuildServiceOptions;
  readonly #workDirectory: WorkDirectory;
  readonly #inputs: InputCache;
  readonly #queue: BuildQueue;
  readonly #memoryBytes = machineMemoryBytes();
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();

  constructor(options: LocalBuildServiceOptions, workDirectory: WorkDirectory, inputs: InputCache) {
    this.#options = options;
    this.#workDirectory = workDirectory;
    this.#inputs = inputs;
    this.#queue = new BuildQueue({
      maxJobs: options.maxJobs ?? availableParallelism(),
      memoryBytes: this.#memoryBytes,
    });
  }

  async *build(request: BuildRequest, options?: CallOptions): AsyncGenerator<BuildEvent> {
    validateBuildRequest(request);
    if (request.constraints) this.#checkConstraints(request.constraints);
    const busybox = this.#busyboxFor(request);
    const closing = this.#closing.signal;
    const signal = options?.signal ? AbortSignal.any([options.signal, closing]) : closing;
    using _slot = await this.#queue.enter(request.constraints?.minMemoryBytes ?? 0n, signal);
    const finished = Promise.withResolvers<void>();
    this.#running.add(finished.promise);
    try {
      yield* this.#run(request, busybox, signal);
    } finally {
      this.#running.delete(finished.promise);
      finished.resolve();
    }
  }

  #checkConstraints({ system, minMemoryBytes, availableRoPaths }: BuildConstraints): void {
    const refuse = (field: string, value: string, reason: string): never => {
      throw new ServiceError("failed-precondition", `Cannot build: constraints.${field} ${value}: ${reason}`);
    };
    if (system !== machineSystem()) refuse("system", JSON.stringify(system), `this machine is ${machineSystem()}`);
    if (minMemoryBytes > this.#memoryBytes)
      refuse("min_memory", String(minMemoryBytes), `builds on this machine have ${this.#memoryBytes} bytes`);
    for (const [index, path] of availableRoPaths.entries()) {
      const field = `available_ro_paths[${index}]`;
      const isAllowed = this.#options.hostPaths?.some((allowed) => isWithin(path, allowed === "/" ? "" : allowed));
      if (!isAllowed) refuse(field, JSON.stringify(path), "this machine doesn't show it to builds");
      if (!existsSync(path)) refuse(field, JSON.stringify(path), "this machine doesn't have it");
    }
  }

  #busyboxFor(request: BuildRequest): string | undefined {
    if (!request.constraints?.provideBinSh && !needsLauncher(request)) return undefined;
    return locateSandboxShell(this.#options.sandboxShell);
  }

  async *#run(request: BuildRequest, busybox: string | undefined, signal: AbortSignal): AsyncGenerator<BuildEvent> {
    await using directory = await this.#workDirectory.makeBuildDirectory();
    using inputs = new DisposableStack();
    const rootDir = join(directory.path, "root");
    await prepareRoot(rootDir, request, this.#options.sandbox.user);
    const log = this.#options.sandbox.run(
      {
        rootDir,
        writablePaths: writablePaths(request),
        readOnlyMounts: await this.#mounts(request, inputs, signal),
        busybox,
        provideBinSh: request.constraints?.provideBinSh ?? false,
        networkAccess: request.constraints?.networkAccess ?? false,
        commandArgs: request.commandArgs,
        workingDir: request.workingDir,
        environmentVars: request.environmentVars,
        privateDir: directory.path,
        workDir: this.#workDirectory.path,
      },
      { signal },
    );
    const exit = yield* this.#logLines(splitLogLines(log));
    yield outcomeOf(exit, request.commandArgs[0] ?? "") ?? (await this.#collect(rootDir, request, signal));
  }

  async *#logLines(lines: AsyncGenerator<Uint8Array, SandboxExit>): AsyncGenerator<BuildEvent, SandboxExit> {
    try {
      for (let next = await lines.next(); ; next = await lines.next()) {
        if (next.done) return next.value;
        yield { kind: "log-line", line: next.value };
      }
    } finally {
      await lines.return(undefined as never);
    }
  }

  /** Shows the inputs, held until `held` is disposed of, and the host's paths. */
  async #mounts(request: BuildRequest, held: DisposableStack, signal: AbortSignal): Promise<readonly ReadOnlyMount[]> {
    const prefix = Buffer.from(request.inputsDir === "" ? "" : `${request.inputsDir}/`);
    const mounts = request.inputs.map(async ({ name, node }): Promise<ReadOnlyMount | undefined> => {
      if (node.kind === "symlink") return undefined;
      const input: CachedInput = await this.#inputs.acquire(node, signal).catch((cause: unknown) => {
        if (!ServiceError.is(cause)) throw cause;
        throw new ServiceError(cause.code, `Cannot build: input ${displayBytes(name)}: ${cause.message}`, { cause });
      });
      held.use(input);
      return { source: input.path, target: Buffer.concat([prefix, name]) };
    });
    await Promise.allSettled(mounts);
    const hostPaths = request.constraints?.availableRoPaths ?? [];
    return [
      ...(await Promise.all(mounts)).filter((mount) => mount !== undefined),
      ...hostPaths.map((path) => ({ source: path, target: Buffer.from(path.slice(1)) })),
    ];
  }

  async #collect(rootDir: string, request: BuildRequest, signal: AbortSignal): Promise<Outcome> {
    const outputs: BuildOutput[] = [];
    try {
      const found: InspectedOutput[] = [];
      for (const path of request.outputs)
        found.push(await inspectOutput(rootDir, path, request.refscanNeedles, signal));
      for (const [index, { place, needles }] of found.entries()) {
        const node = await importTree(place, this.#options.stores, { signal });
        outputs.push({ path: request.outputs[index]!, node, needles });
      }
      return { kind: "succeeded", outputs };
    } catch (error) {
      if (error instanceof OutputFault) return failed(error.message);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(new ServiceError("unavailable", "Cannot build: the builder is shutting down"));
    await Promise.all(this.#running);
    await this.#workDirectory[Symbol.asyncDispose]();
  }
}

/**
 * Builds on this machine, each in a sandbox of its own. Removes what an earlier process left in the work directory.
 * Disposing ends the builds that are running.
 */
export async function openLocalBuildService(
  options: LocalBuildServiceOptions,
): Promise<BuildService & AsyncDisposable> {
  const workDirectory = await openWorkDirectory(options.workDirectory);
  const inputs = await InputCache.open({
    directory: join(workDirectory.path, "inputs"),
    maxSizeBytes: options.inputCacheBytes ?? defaultInputCacheBytes,
    exportNode: (node, path, callOptions) =>
      exportTree(node, path, options.stores, { ...callOptions, directoryMode: 0o555 }),
  });
  return new LocalBuildService(options, workDirectory, inputs);
}
