import { type BuildOutput, LogTail } from "@tvix-mesh/build";
import type { Derivation, DerivationOutput } from "@tvix-mesh/nix-compat";
import { StorePath } from "@tvix-mesh/nix-compat";
import { type CallOptions, ServiceError } from "@tvix-mesh/service";
import type { PathInfo } from "@tvix-mesh/store";
import { observeBuild } from "../evaluator-observer.ts";
import type { Fetcher } from "../fetchers/fetcher.ts";
import type { KnownDerivation, KnownDerivations } from "../known-derivations.ts";
import type { MeshServices } from "../mesh-services.ts";
import type { SourceUploader } from "../sources/source-uploader.ts";
import { pathInfoClosure } from "./closure.ts";
import { derivationToBuildRequest } from "./derivation-to-build-request.ts";
import { fetchurlBuilder, fetchurlRequest } from "./fetchurl-builder.ts";
import { checkFixedOutput, declaredContentAddress } from "./fixed-output.ts";
import type { RealiseObserver } from "./realise-event.ts";

export interface RealiserOptions {
  readonly services: MeshServices;
  /** For derivations that only download. */
  readonly fetcher: Fetcher;
  readonly derivations: KnownDerivations;
  readonly sources: SourceUploader;
  readonly observe: RealiseObserver;
}

/** Makes outputs present in the store: what they are built from first, siblings side by side, each derivation once. */
export class Realiser {
  readonly #services: MeshServices;
  readonly #fetcher: Fetcher;
  readonly #derivations: KnownDerivations;
  readonly #sources: SourceUploader;
  readonly #observe: RealiseObserver;
  readonly #realised = new Map<string, Promise<void>>();

  constructor(options: RealiserOptions) {
    this.#services = options.services;
    this.#fetcher = options.fetcher;
    this.#derivations = options.derivations;
    this.#sources = options.sources;
    this.#observe = options.observe;
  }

  /**
   * Makes all outputs of the derivation present. `failed-precondition`, ending with the last lines of the log, if a
   * build fails: of this derivation or of one that it needs.
   */
  realise(drvPath: string, options?: CallOptions): Promise<void> {
    const running = this.#realised.get(drvPath);
    if (running) return running;
    const started = observeBuild(drvPath, () => this.#realise(drvPath, options));
    this.#realised.set(drvPath, started);
    return started;
  }

  async #realise(drvPath: string, options?: CallOptions): Promise<void> {
    options?.signal?.throwIfAborted();
    const known = this.#derivations.require(drvPath);
    if (await this.#isPresent(known.derivation, options)) {
      this.#observe({ kind: "already-present", drvPath });
      return;
    }
    await allSettled([...known.derivation.inputDrvs.keys()].map((input) => this.realise(input, options)));
    await this.#sources.ensure(known.derivation.inputSrcs, options);
    await this.#build(known, options);
  }

  async #isPresent(derivation: Derivation, options?: CallOptions): Promise<boolean> {
    const found = await Promise.all(
      [...derivation.outputs.values()].map(async ({ path }) =>
        path === "" ? undefined : await this.#services.pathInfos.get(StorePath.parseAbsolute(path).digest, options),
      ),
    );
    return found.every((pathInfo) => pathInfo !== undefined);
  }

  #inputPaths({ inputDrvs, inputSrcs }: Derivation): readonly StorePath[] {
    const paths = inputSrcs.map((path) => StorePath.parseAbsolute(path));
    for (const [input, outputNames] of inputDrvs) {
      const { outputs } = this.#derivations.require(input).derivation;
      for (const name of outputNames) {
        const output = outputs.get(name);
        if (!output) throw new ServiceError("invalid-argument", `Cannot use output ${name} of ${input}: it has none`);
        paths.push(StorePath.parseAbsolute(output.path));
      }
    }
    return paths;
  }

  async #build(known: KnownDerivation, options?: CallOptions): Promise<void> {
    const drvPath = known.path.absolute();
    const work =
      known.derivation.builder === fetchurlBuilder
        ? await this.#prepareDownload(known, options)
        : await this.#prepareBuild(known, options);
    this.#observe({ kind: "build-started", drvPath });
    try {
      await work();
    } catch (error) {
      this.#observe({ kind: "build-failed", drvPath });
      throw error;
    }
    this.#observe({ kind: "build-succeeded", drvPath });
  }

  async #prepareBuild(known: KnownDerivation, options?: CallOptions): Promise<() => Promise<void>> {
    const inputs = await pathInfoClosure(this.#services.pathInfos, this.#inputPaths(known.derivation), options);
    const request = derivationToBuildRequest(known.path, known.derivation, inputs);
    return async () => {
      const outputs = await this.#run(known.path.absolute(), request, options);
      await this.#register(known, request.refscanNeedles, inputs, outputs, options);
    };
  }

  async #prepareDownload(known: KnownDerivation, options?: CallOptions): Promise<() => Promise<void>> {
    const drvPath = known.path.absolute();
    const [output] = known.derivation.outputs.values();
    const address = output && declaredContentAddress(output);
    if (!address)
      throw new ServiceError("invalid-argument", `Cannot build ${drvPath}: ${fetchurlBuilder} needs a fixed output`);
    const request = fetchurlRequest(drvPath, known.derivation, address);
    return async () => {
      const node = await this.#fetcher.fetchOutput(request, options);
      await this.#register(known, [], [], [{ path: output.path.slice(1), node, needles: [] }], options);
    };
  }

  async #run(
    drvPath: string,
    request: ReturnType<typeof derivationToBuildRequest>,
    options?: CallOptions,
  ): Promise<readonly BuildOutput[]> {
    const tail = new LogTail();
    for await (const event of this.#services.builds.build(request, options)) {
      if (event.kind === "succeeded") return event.outputs;
      if (event.kind === "failed")
        throw new ServiceError("failed-precondition", tail.appendTo(`Cannot build ${drvPath}: ${event.reason}`));
      tail.add(event.line);
      this.#observe({ kind: "log-line", drvPath, line: event.line });
    }
    throw new ServiceError("internal", `Cannot build ${drvPath}: the builder ended without an outcome`);
  }

  /** Checks all outputs, then makes them known: never a path info whose contents could still be refused. */
  async #register(
    { derivation, path: deriver }: KnownDerivation,
    needles: readonly string[],
    inputs: readonly PathInfo[],
    built: readonly BuildOutput[],
    options?: CallOptions,
  ): Promise<void> {
    const candidates = [...this.#outputPaths(derivation), ...inputs.map(({ storePath }) => storePath)];
    const byHashPart = new Map(candidates.map((path) => [path.hashPart, path]));
    const pathInfos = await Promise.all(
      [...derivation.outputs.values()].map((output) => {
        const found = built.find(({ path }) => `/${path}` === output.path);
        if (!found)
          throw new ServiceError("internal", `Cannot build ${deriver.absolute()}: no output ${output.path} came`);
        const references = found.needles.map((index) => byHashPart.get(needles[index] ?? "") as StorePath);
        return this.#describe(deriver, output, found, references, options);
      }),
    );
    await Promise.all(pathInfos.map((pathInfo) => this.#services.pathInfos.put(pathInfo, options)));
  }

  #outputPaths(derivation: Derivation): readonly StorePath[] {
    return [...derivation.outputs.values()].map(({ path }) => StorePath.parseAbsolute(path));
  }

  async #describe(
    deriver: StorePath,
    output: DerivationOutput,
    { node }: BuildOutput,
    references: readonly StorePath[],
    options?: CallOptions,
  ): Promise<PathInfo> {
    const nar = await this.#services.narCalculation.calculateNar(node, options);
    const ca = declaredContentAddress(output);
    if (ca) await checkFixedOutput(this.#services, output.path, ca, node, options);
    return { storePath: StorePath.parseAbsolute(output.path), node, references, ...nar, signatures: [], deriver, ca };
  }
}

/** Waits for all, so that nothing goes on behind a failure; then throws the first failure, if any. */
async function allSettled(work: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}
