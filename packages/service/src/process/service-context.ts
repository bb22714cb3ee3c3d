import { Composition } from "../composition/composition.ts";
import { type InstanceConfig, instanceFromUrl } from "../composition/instance-from-url.ts";
import type { ServiceKind } from "../composition/service-kind.ts";
import { ServiceError } from "../service-error.ts";
import { environment } from "./environment.ts";
import type { Logger } from "./logger.ts";

/** The instance of a composition that a daemon serves, or that stands for a peer. */
const entryPoint = "root";

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
  own<Service extends object>(kind: ServiceKind<Service>, embedded: InstanceConfig): Promise<Service> {
    const { backendUrl, memory } = this.#settings;
    if (backendUrl !== undefined) return this.#resolve(kind, instanceFromUrl(backendUrl));
    return this.#resolve(kind, memory ? { type: "memory" } : embedded);
  }

  /** Another daemon's service: composition file, environment variable, or its default address. */
  peer<Service extends object>(kind: ServiceKind<Service>): Promise<Service> {
    const url = environment.get(kind.environmentVariable);
    return this.#resolve(
      kind,
      url === undefined ? { type: "grpc", address: kind.defaultAddress } : instanceFromUrl(url),
    );
  }

  #resolve<Service extends object>(kind: ServiceKind<Service>, fallback: InstanceConfig): Promise<Service> {
    const { section, backends } = kind;
    this.#used.add(section);
    const composition = new Composition<Service>({
      kind: section,
      backends,
      instances: this.#instances(section, fallback),
      report: (message, details) => this.logger.warn(details ?? {}, message),
    });
    this.#compositions.push(composition as unknown as Composition<object>);
    return composition.resolve(entryPoint);
  }

  #instances(section: string, fallback: InstanceConfig): Readonly<Record<string, unknown>> {
    const instances = this.#settings.composition[section];
    if (instances === undefined) return { [entryPoint]: fallback };
    if (typeof instances !== "object" || instances === null || Array.isArray(instances))
      throw new ServiceError("invalid-argument", `Cannot read configuration: ${section}: expected an object`);
    return { ...instances };
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
