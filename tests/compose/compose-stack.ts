import { buildAll, downAll, type IDockerComposeResult, stop, upAll } from "docker-compose";
import type { DockerEngine } from "./docker-engine.ts";

/** The services of docker-compose.yml, brought up in an engine. */
export interface ComposeStack {
  /** What `docker ps` says of each service, for example "Up 3 seconds (healthy)". */
  status(): Promise<ReadonlyMap<string, string>>;
  /** The exit code of each container that has ended. */
  exitCodes(): Promise<ReadonlyMap<string, number>>;
  /** Runs a program in the container of a service. */
  exec(service: string, command: readonly string[]): Promise<string>;
  /** The last lines that each service wrote. */
  logs(): Promise<string>;
  stop(): Promise<void>;
  down(): Promise<void>;
}

export interface StackImages {
  readonly base: string;
  readonly jaeger: string;
}

const project = "tvixmesh";

/** Builds the image and starts the services; returns when those that others wait for are healthy. */
export async function startComposeStack(
  engine: DockerEngine,
  repository: string,
  images: StackImages,
): Promise<ComposeStack> {
  const options = {
    cwd: repository,
    executable: { standalone: true as const },
    env: {
      ...engine.environment,
      PWD: repository,
      COMPOSE_PROJECT_NAME: project,
      BASE_IMAGE: images.base,
      JAEGER_IMAGE: images.jaeger,
    },
  };

  const describe = async (format: string) => {
    const containers = await engine.docker(["ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project`]);
    if (containers === "") {
      return [];
    }
    const service = '{{index .Config.Labels "com.docker.compose.service"}}';
    const output = await engine.docker(["inspect", "--format", `${service} ${format}`, ...containers.split("\n")]);
    return output.split("\n").map((line): [string, string] => {
      const blank = line.indexOf(" ");
      return [line.slice(0, blank), line.slice(blank + 1)];
    });
  };
  const containerOf = async (service: string) => {
    const containers = new Map(await describe("{{.Id}}"));
    const container = containers.get(service);
    if (container === undefined) {
      throw new Error(`Cannot find the container of ${service}: only ${[...containers.keys()].join(", ")} have one`);
    }
    return container;
  };

  const stack: ComposeStack = {
    status: async () =>
      new Map(await describe("{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}")),
    exitCodes: async () =>
      new Map((await describe("{{.State.ExitCode}}")).map(([service, code]) => [service, Number(code)])),
    exec: async (service, command) => engine.docker(["exec", await containerOf(service), ...command]),
    logs: async () => {
      const containers = await describe("{{.Id}}");
      const parts = containers.map(async ([service, id]) => `── ${service}\n${await lastLines(engine, id)}`);
      return (await Promise.all(parts)).join("\n");
    },
    stop: async () => {
      await mustSucceed("stop the stack", stop(options));
    },
    down: async () => {
      await mustSucceed("take the stack down", downAll({ ...options, commandOptions: ["--volumes"] }));
    },
  };

  await mustSucceed("build the image", buildAll(options));
  try {
    await mustSucceed("bring the stack up", upAll(options));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${await stack.logs()}`, { cause: error });
  }
  return stack;
}

async function lastLines(engine: DockerEngine, container: string): Promise<string> {
  return engine.docker(["logs", "--tail", "30", container]).catch((error: Error) => error.message);
}

/** docker-compose rejects with its result, which is no Error. */
async function mustSucceed(what: string, result: Promise<IDockerComposeResult>): Promise<void> {
  const { exitCode, out, err } = await result.catch((failure: IDockerComposeResult) => failure);
  if (exitCode !== 0) {
    throw new Error(`Cannot ${what}: exit code ${exitCode}\n${`${out}\n${err}`.slice(-6000)}`);
  }
}
