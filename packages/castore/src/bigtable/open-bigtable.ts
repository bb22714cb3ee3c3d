import { environment, openChannel } from "@tvix-mesh/service";
import type { BigtableConfig } from "./bigtable-config.ts";
import type { BigtableTable } from "./bigtable-table.ts";

/** The headers that Google routes a call by and asks for credentials in. */
async function metadataFor(tableName: string, config: BigtableConfig): Promise<() => Promise<Record<string, string>>> {
  const { createGoogleAuthorization } = await import("../google/google-authorization.ts");
  const access = config.is_read_only ? "bigtable.data.readonly" : "bigtable.data";
  const scope = `https://www.googleapis.com/auth/${access}`;
  const authorization = createGoogleAuthorization({ keyFile: config.service_account, scope });
  const routing = new URLSearchParams({ table_name: tableName, app_profile_id: config.app_profile_id }).toString();
  return async () => ({ authorization: await authorization(), "x-goog-request-params": routing });
}

/**
 * The table that a composition names: Google's, or that of the emulator which BIGTABLE_EMULATOR_HOST names, as Google's
 * own clients have it. Nothing is connected yet.
 */
export async function openBigtable(config: BigtableConfig): Promise<BigtableTable> {
  const { createBigtableTable } = await import("./bigtable-table.ts");
  const instance = config.instance_name ?? config.host;
  const tableName = `projects/${config.project_id}/instances/${instance}/tables/${config.table_name}`;
  const emulator = environment.get("BIGTABLE_EMULATOR_HOST");
  const peer =
    emulator === undefined
      ? { address: "https://bigtable.googleapis.com", metadata: await metadataFor(tableName, config) }
      : { address: emulator.includes("://") ? emulator : `http://${emulator}` };
  const callTimeoutMs = config.timeout * 1000;
  const channel = { name: "Bigtable", unaryTimeoutMs: callTimeoutMs, ...peer };
  return createBigtableTable({
    channels: Array.from({ length: config.channel_size }, () => openChannel(channel)),
    tableName,
    familyName: config.family_name,
    appProfileId: config.app_profile_id,
    isReadOnly: config.is_read_only,
    callTimeoutMs,
  });
}
