import type { z } from "zod";
import { ServiceError } from "../service-error.ts";
import { decorateService } from "../telemetry/tracing-decorator.ts";
import type { AnyBackend, BuildContext, Report } from "./backend.ts";
import { instanceFromUrl } from "./instance-from-url.ts";

type Issue = z.core.$ZodIssue;

function describeIssue(prefix: string, issue: Issue): string {
  const path = [prefix, ...issue.path.map(String)].join(".");
  if (issue.code === "unrecognized_keys") return `${path}.${issue.keys[0]}: unknown field`;
  return `${path}: ${issue.message}`;
}

/** Parses `value` by a strict schema; the error names the first wrong field by its path below `prefix`. */
export function parseConfig<Config>(schema: z.ZodType<Config>, value: unknown, prefix: string): Config {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const reason = result.error.issues.map((issue) => describeIssue(prefix, issue)).join("; ");
  throw new ServiceError("invalid-argument", `Cannot read configuration: ${reason}`);
}

export interface CompositionOptions<Service> {
  /** What the instances are, in configuration terms, for example "blobservices". Errors start with it. */
  readonly kind: string;
  readonly backends: readonly AnyBackend<Service>[];
  /** Instance name → `{ "type": …, … }`. */
  readonly instances: Readonly<Record<string, unknown>>;
  /** Where the instances tell of what they got over by themselves. Nowhere by default. */
  readonly report?: Report | undefined;
}

interface Checked<Service> {
  readonly backend: AnyBackend<Service>;
  readonly config: unknown;
}

function checkInstance<Service>(options: CompositionOptions<Service>, name: string, value: unknown): Checked<Service> {
  const path = `${options.kind}.${name}`;
  if (typeof value !== "object" || value === null || !("type" in value) || typeof value.type !== "string")
    throw new ServiceError("invalid-argument", `Cannot read configuration: ${path}.type: expected a string`);
  const { type, ...rest } = value;
  const backend = options.backends.find((candidate) => candidate.type === type);
  if (!backend) {
    const known = options.backends.map((candidate) => candidate.type).join(", ");
    throw new ServiceError(
      "invalid-argument",
      `Cannot read configuration: ${path}.type: "${type}" is none of ${known}`,
    );
  }
  return { backend, config: parseConfig(backend.config, rest, path) };
}

/**
 * Named instances of one kind of service, built when first asked for and then kept. All instances are checked when
 * the composition is made, so a typo stops a daemon before it listens, whether or not the instance is used.
 */
export class Composition<Service extends object> {
  readonly #kind: string;
  readonly #options: CompositionOptions<Service>;
  readonly #checked: ReadonlyMap<string, Checked<Service>>;
  readonly #built = new Map<string, Promise<Service>>();
  readonly #parts = new Map<string, Set<string>>();

  constructor(options: CompositionOptions<Service>) {
    this.#kind = options.kind;
    this.#options = options;
    this.#checked = new Map(
      Object.entries(options.instances).map(([name, value]) => [name, checkInstance(options, name, value)]),
    );
  }

  /** The instance of that name. `invalid-argument` if there is none or its parts refer to each other in a circle. */
  resolve(instance: string): Promise<Service> {
    const known = this.#built.get(instance);
    if (known) return known;
    const built = this.#build(instance);
    this.#built.set(instance, built);
    return built;
  }

  async #build(name: string): Promise<Service> {
    const checked =
      this.#checked.get(name) ??
      (name.includes("://") ? checkInstance(this.#options, name, instanceFromUrl(name)) : undefined);
    if (!checked) throw new ServiceError("invalid-argument", `Cannot build ${this.#kind}.${name}: no such instance`);
    const context: BuildContext<Service> = {
      name,
      report: (message, details) => this.#options.report?.(message, { instance: `${this.#kind}.${name}`, ...details }),
      resolve: async (part) => {
        this.#addPart(name, part);
        return this.resolve(part);
      },
    };
    const service = await checked.backend.build(checked.config as never, context);
    return decorateService(service, { kind: this.#kind, instance: name, type: checked.backend.type });
  }

  /** Notes that `whole` is made of `part`; refuses if `part` is already, over any number of steps, made of `whole`. */
  #addPart(whole: string, part: string): void {
    const circle = this.#pathBetween(part, whole);
    if (circle) {
      const names = [whole, ...circle].join(" → ");
      throw new ServiceError(
        "invalid-argument",
        `Cannot build ${this.#kind}.${whole}: it is a part of itself (${names})`,
      );
    }
    const parts = this.#parts.get(whole) ?? new Set();
    this.#parts.set(whole, parts.add(part));
  }

  #pathBetween(from: string, to: string): readonly string[] | undefined {
    if (from === to) return [from];
    for (const part of this.#parts.get(from) ?? []) {
      const rest = this.#pathBetween(part, to);
      if (rest) return [from, ...rest];
    }
    return undefined;
  }

  /** Disposes of what was built, newest first. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const built of [...this.#built.values()].reverse()) {
      const service: object | undefined = await built.catch(() => undefined);
      if (service && Symbol.asyncDispose in service) await (service as AsyncDisposable)[Symbol.asyncDispose]();
    }
    this.#built.clear();
  }
}
