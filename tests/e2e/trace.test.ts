import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startTraceReceiver } from "../../packages/cli/src/trace/receiver.ts";
import type { CollectedTrace } from "../../packages/cli/src/trace/span.ts";
import { type DaemonName, DaemonProcess, telemetryArguments } from "./testing/daemon-process.ts";
import { exampleFile } from "./testing/example.ts";
import { startMesh } from "./testing/mesh.ts";
import { makeTemporaryDirectory } from "./testing/temporary-directory.ts";
import { runTvix } from "./testing/tvix.ts";

const processes = ["blob-service", "build-service", "directory-service", "evaluator", "pathinfo-service", "tvix"];

async function get<Answer>(url: string): Promise<Answer> {
  return (await (await fetch(url)).json()) as Answer;
}

test("tvix build is one trace across all six processes, with one root and every parent known", async () => {
  const receiver = await startTraceReceiver({ port: 0, maximumTraces: 100 });
  using _receiver = { [Symbol.dispose]: () => receiver.close() };
  {
    await using mesh = await startMesh({ otlpEndpoint: receiver.url });
    const command = await runTvix(mesh, ["build", exampleFile], {
      OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
      OTEL_EXPORTER_OTLP_PROTOCOL: "http/json",
    });
    expect(command.exitCode, command.stderr).toBe(0);
    expect(command.stdout).toMatch(/^\/nix\/store\/\S+-website$/m);
    // The daemons send what they still hold when they end.
  }
  const { traces } = await get<{ traces: readonly { name: string }[] }>(`${receiver.url}/traces`);
  // The build-service tries its sandbox when it starts, before anybody asks it for anything.
  expect(traces.filter(({ name }) => name !== "buildservices.build")).toHaveLength(1);
  const { spans } = await get<CollectedTrace>(`${receiver.url}/traces/latest`);
  expect([...new Set(spans.map(({ service }) => service))].sort()).toEqual(processes);
  const ids = new Set(spans.map(({ spanId }) => spanId));
  const withoutParent = spans.filter(({ parentSpanId }) => !ids.has(parentSpanId));
  expect(withoutParent.map(({ service, name, parentSpanId }) => ({ service, name, parentSpanId }))).toEqual([
    { service: "tvix", name: "tvix build", parentSpanId: "" },
  ]);
});

describe("a daemon", () => {
  /** The modules that a daemon has loaded from its start to its end. */
  async function loadedModules(name: DaemonName, environment: Readonly<Record<string, string>>): Promise<string> {
    using directory = makeTemporaryDirectory("modules");
    const file = join(directory.path, "modules");
    await using daemon = new DaemonProcess({
      name,
      arguments: ["--listen", "127.0.0.1:0", "--data", directory.path],
      environment: { LOADED_MODULES_FILE: file, ...environment },
      nodeArguments: ["--import", join(import.meta.dirname, "testing/record-modules.ts"), ...telemetryArguments],
    });
    await daemon.listening;
    await daemon.stop();
    return readFileSync(file, "utf8");
  }

  const names = ["blob-service", "directory-service", "pathinfo-service", "build-service", "evaluator", "nar-bridge"];

  test.each(names as DaemonName[])("%s loads no SDK if no exporter is configured", async (name) => {
    const modules = await loadedModules(name, {});
    expect(modules).toContain(`/services/${name}/src/main.ts`);
    expect(modules.match(/.*@opentelemetry\/(?!api\/).*/g)).toBeNull();
  });

  test("loads the SDK if one is", async () => {
    const modules = await loadedModules("blob-service", { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1" });
    expect(modules).toContain("@opentelemetry/sdk-node/");
  });
});
