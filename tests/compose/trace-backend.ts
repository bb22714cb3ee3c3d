import { access } from "node:fs/promises";
import type { DockerEngine } from "./docker-engine.ts";
import { fetchFromStack } from "./fetch-from-stack.ts";
import { cachedJaeger, importJaegerImage } from "./jaeger-image.ts";
import { buildReceiverImage } from "./receiver-image.ts";
import { runCommand } from "./run-command.ts";

/** What collects the stack's spans. */
export interface TraceBackend {
  readonly name: string;
  /** The image for JAEGER_IMAGE. */
  readonly image: string;
  /** The services that take part in each collected trace, sorted. */
  listTraces(): Promise<readonly (readonly string[])[]>;
}

interface JaegerTraces {
  readonly data: readonly { readonly processes: Readonly<Record<string, { readonly serviceName: string }>> }[];
}

interface ReceivedTraces {
  readonly traces: readonly { readonly services: readonly string[] }[];
}

/** Jaeger, where it or a Go compiler is at hand; else our own receiver of spans in its place. */
export async function prepareTraceBackend(engine: DockerEngine): Promise<TraceBackend> {
  if (!(await canHaveJaeger())) {
    const image = "tvix-mesh-trace-receiver";
    await buildReceiverImage(engine, image);
    return {
      name: "our own receiver, as there is no Go to build Jaeger",
      image,
      listTraces: async () => {
        const { traces }: ReceivedTraces = JSON.parse(await fetchFromStack(engine, "http://127.0.0.1:4318/traces"));
        return traces.map(({ services }) => services);
      },
    };
  }
  const image = "tvix-mesh-jaeger";
  await importJaegerImage(engine, image);
  return {
    name: "Jaeger",
    image,
    listTraces: async () => {
      const url = "http://127.0.0.1:16686/api/traces?service=evaluator&limit=100";
      const { data }: JaegerTraces = JSON.parse(await fetchFromStack(engine, url));
      return data.map(({ processes }) =>
        [...new Set(Object.values(processes).map(({ serviceName }) => serviceName))].sort(),
      );
    },
  };
}

async function canHaveJaeger(): Promise<boolean> {
  const go = await runCommand("sh", ["-c", "command -v go"]);
  return (
    go.exitCode === 0 ||
    access(cachedJaeger).then(
      () => true,
      () => false,
    )
  );
}
