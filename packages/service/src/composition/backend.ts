import type { z } from "zod";

/** Tells the operator of something that a service got over by itself, such as a damaged object. */
export type Report = (message: string, details?: Readonly<Record<string, unknown>>) => void;

/** What a backend may ask for while it is built. */
export interface BuildContext<Service> {
  /** The instance's own name, for messages. */
  readonly name: string;
  readonly report: Report;
  /**
   * Another instance of the same kind, by its name or, where it has none, by its URL. Fails if that would close a
   * circle.
   */
  resolve(instance: string): Promise<Service>;
}

/**
 * One way to make a service: a storage technology, a remote or a combinator. `type` is the word that a composition
 * file names it by, `config` the strict schema of what stands beside `type`.
 */
export interface Backend<Service, Config = unknown> {
  readonly type: string;
  readonly config: z.ZodType<Config>;
  build(config: Config, context: BuildContext<Service>): Promise<Service>;
}

/** A backend whose configuration type is no longer of interest; what a list of backends holds. */
export type AnyBackend<Service> = Pick<Backend<Service>, "type"> & {
  readonly config: z.ZodType;
  build(config: never, context: BuildContext<Service>): Promise<Service>;
};

/** States a backend so that its `build` is checked against its schema. */
export function defineBackend<Service, Config>(backend: Backend<Service, Config>): AnyBackend<Service> {
  return backend;
}
