import type { AnyBackend } from "../composition/backend.ts";
import { Composition } from "../composition/composition.ts";
import { type InstanceConfig, instanceFromUrl } from "../composition/instance-from-url.ts";
import { ServiceError } from "../service-error.ts";
import type { Logger } from "./logger.ts";

/** The instance of a composition that a daemon serves, or that stands for a peer. */
const entryPoint = "root";

/** One service that a daemon needs, its own or a peer's. */
export interface ServiceRequest<Service> {
  /** Its section in a composition file: "blobservices", "directoryservices", "pathinfoservices", "buildservices". */
  readonly kind: string;
  readonly backends: readonly AnyBackend<Service>[];
  /** A URL that counts if the composition file has no such section. */
  readonly url?: string | undefined;
  /** What counts if there is no URL either. */
  readonly fallback: InstanceConfig;
}

export interface ServiceContextOptions {
  readonly name: string;
  readonly logger: Logger;
  /** Where the embedded stores lie. */
  readonly dataDir: string;
  readonly memory: boolean;
  /** URL of the daemon's own backend, from `--backend`. */
  readonly backendUrl: string | undefined;
  /** The parsed composition file. */
  readonly composition: Readonly<Record<string, unknown>>;
  /** Values of the daemon's own options, by their camel-case names. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a daemon's `start` works with. */
export class ServiceContext {
  readonly name: string;
  readonly logger: Logger;
  readonly dataDir: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly #settings: ServiceContextOptions;
  readonly #compositions: Composition<object>[] = [];
  readonly #used = new Set<string>();

  constructor(settings: ServiceContextOptions) {
    this.name = settings.name;
    this.logger = settings.logger;
    this.dataDir = settings.dataDir;
    this.options = settings.options;
    this.#settings = settings;
  }

  /** The daemon's own service: composition file, `--backend`, `--memory`, or the embedded default, in that order. */
  own<Service extends object>(request: Omit<ServiceRequest<Service>, "url">): Promise<Service> {
    const fallback = this.#settings.memory ? { type: "memory" } : request.fallback;
    return this.#resolve({ ...request, url: this.#settings.backendUrl, fallback });
  }

  /** Another daemon's service: composition file, URL, or fallback. */
  peer<Service extends object>(request: ServiceRequest<Service>): Promise<Service> {
    return this.#resolve(request);
  }

  #resolve<Service extends object>(request: ServiceRequest<Service>): Promise<Service> {
    this.#used.add(request.kind);
    const composition = new Composition<Service>({ ...request, instances: this.#instances(request) });
    this.#compositions.push(composition as unknown as Composition<object>);
    return composition.resolve(entryPoint);
  }

  #instances<Service>(request: ServiceRequest<Service>): Readonly<Record<string, unknown>> {
    const section = this.#settings.composition[request.kind];
    if (section === undefined)
      return { [entryPoint]: request.url === undefined ? request.fallback : instanceFromUrl(request.url) };
    if (typeof section !== "object" || section === null || Array.isArray(section))
      throw new ServiceError("invalid-argument", `Cannot read configuration: ${request.kind}: expected an object`);
    return { ...section };
  }

  /** Refuses sections of the composition file that nobody asked for. */
  checkUnused(): void {
    for (const kind of Object.keys(this.#settings.composition))
      if (!this.#used.has(kind))
        throw new ServiceError("invalid-argument", `Cannot read configuration: ${kind}: unknown field`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const composition of this.#compositions.reverse()) await composition[Symbol.asyncDispose]();
  }
}
