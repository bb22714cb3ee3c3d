import { instanceFromUrl, parseConfig } from "@tvix-mesh/service";
import { describe, expect, it } from "vitest";
import { bigtableConfig } from "./bigtable-config.ts";

const parse = (config: object) => parseConfig(bigtableConfig, config, "directoryservices.root");
const names = { project_id: "p", table_name: "t", family_name: "f" };

describe("bigtableConfig", () => {
  it("takes Tvix's URL, with Tvix's defaults", () => {
    const { type, ...config } = instanceFromUrl("bigtable://i?project_id=p&table_name=7&family_name=f");
    expect(type).toBe("bigtable");
    expect(parse(config)).toEqual({
      ...{ ...names, table_name: "7", host: "i" },
      ...{ app_profile_id: "default", is_read_only: false, channel_size: 4, timeout: 4 },
    });
  });

  it.each([4, "4"])("takes a timeout of %j seconds", (timeout) => {
    expect(parse({ ...names, instance_name: "i", timeout }).timeout).toBe(4);
  });

  it.each<[object, string]>([
    [names, "directoryservices.root.instance_name: expected once, here or as the host of a URL"],
    [{ ...names, instance_name: "i", host: "i" }, "directoryservices.root.instance_name: expected once"],
    [{ project_id: "p", table_name: "t", host: "i" }, "directoryservices.root.family_name: expected text"],
    [{ ...names, host: "i", table: "t" }, "directoryservices.root.table: unknown field"],
    [{ ...names, host: "i", channel_size: 0 }, "directoryservices.root.channel_size"],
  ])("refuses %j", (config, reason) => {
    expect(() => parse(config)).toThrow(reason);
  });
});
