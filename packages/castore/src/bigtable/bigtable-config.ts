import { z } from "zod";

/** A URL's query may give something that looks like a number. */
const text = z.union([z.string().min(1), z.number().transform(String)], { error: "expected text" });

/**
 * What a composition says of a `bigtable`, with Tvix's names and defaults. A URL gives the instance as its host:
 * `bigtable://instance?project_id=…&table_name=…&family_name=…`.
 */
export const bigtableConfig = z
  .strictObject({
    project_id: text,
    instance_name: text.optional(),
    host: text.optional(),
    table_name: text,
    family_name: text,
    app_profile_id: text.default("default"),
    is_read_only: z.boolean().default(false),
    /** How many connections calls are spread over. */
    channel_size: z.int().positive().max(64).default(4),
    /** Seconds that a call may take. */
    timeout: z
      .union([
        z.number(),
        z
          .string()
          .regex(/^\d+(\.\d+)?$/, "expected seconds")
          .transform(Number),
      ])
      .default(4),
    /** JSON file with the key of a service account. */
    service_account: text.optional(),
  })
  .refine(({ instance_name: name, host }) => (name === undefined) !== (host === undefined), {
    path: ["instance_name"],
    error: "expected once, here or as the host of a URL",
  });

export type BigtableConfig = z.infer<typeof bigtableConfig>;
