import { z } from "zod";
import { type AnyBackend, defineBackend, type Report } from "./backend.ts";

export interface CacheOptions {
  /** How long an answer of `far` that something isn't there is believed. */
  readonly absentForMs: number;
  /** Where writes go: to `near` alone, or to `far` and then to `near`. */
  readonly writes: "near" | "both";
  readonly report: Report;
}

export interface FanoutOptions {
  /** How many parts must have taken a write. */
  readonly quorum: number;
  readonly report: Report;
}

export interface RetryOptions {
  /** How often a call is made at most. */
  readonly attempts: number;
  /** Before the second attempt; each pause is twice as long as the one before, and shortened at random. */
  readonly pauseMs: number;
}

/** The ways to make a service of others, for one kind of service. */
export interface Combinators<Service> {
  cache(near: Service, far: Service, options: CacheOptions): Service;
  combined(near: Service, far: Service, options: { readonly report: Report }): Service;
  fanout(parts: readonly Service[], options: FanoutOptions): Service;
  readonly(inner: Service): Service;
  retry(inner: Service, options: RetryOptions): Service;
  lru(capacity: number): Service;
}

const part = z.string().min(1);
/** In a URL, parts are separated by commas. */
const parts = z.preprocess((value) => (typeof value === "string" ? value.split(",") : value), z.array(part).min(1));

/** What a composition calls the combinators, the same for every kind of service. */
export function combinatorBackends<Service>(combinators: Combinators<Service>): readonly AnyBackend<Service>[] {
  return [
    defineBackend({
      type: "cache",
      config: z.strictObject({
        near: part,
        far: part,
        absent_for_ms: z.int().nonnegative().default(5_000),
        writes: z.enum(["near", "both"]).default("near"),
      }),
      build: async ({ near, far, absent_for_ms: absentForMs, writes }, { resolve, report }): Promise<Service> =>
        combinators.cache(await resolve(near), await resolve(far), { absentForMs, writes, report }),
    }),
    defineBackend({
      type: "combined",
      config: z.strictObject({ near: part, far: part }),
      build: async ({ near, far }, { resolve, report }): Promise<Service> =>
        combinators.combined(await resolve(near), await resolve(far), { report }),
    }),
    defineBackend({
      type: "fanout",
      config: z
        .strictObject({ to: parts, quorum: z.int().positive().optional() })
        .refine(({ to, quorum = 1 }) => quorum <= to.length, { path: ["quorum"], error: "more than there are parts" }),
      async build({ to, quorum = to.length }, { resolve, report }): Promise<Service> {
        const services: Service[] = [];
        for (const name of to) services.push(await resolve(name));
        return combinators.fanout(services, { quorum, report });
      },
    }),
    defineBackend({
      type: "readonly",
      config: z.strictObject({ inner: part }),
      build: async ({ inner }, { resolve }): Promise<Service> => combinators.readonly(await resolve(inner)),
    }),
    defineBackend({
      type: "retry",
      config: z.strictObject({
        inner: part,
        attempts: z.int().positive().default(5),
        pause_ms: z.int().nonnegative().default(100),
      }),
      build: async ({ inner, attempts, pause_ms: pauseMs }, { resolve }): Promise<Service> =>
        combinators.retry(await resolve(inner), { attempts, pauseMs }),
    }),
    defineBackend({
      type: "lru",
      config: z.strictObject({ capacity: z.int().positive() }),
      build: async ({ capacity }): Promise<Service> => combinators.lru(capacity),
    }),
  ];
}
