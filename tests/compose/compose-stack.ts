import { buildAll, downAll, type IDockerComposeResult, stop, upAll } from "docker-compose";
import type { DockerEngine } from "./docker-engine.ts";
import { runCommand } from "./run-command.ts";

/** The services of docker-compose.yml in an engine. */
export interface ComposeStack {
  /** Builds the image of the daemons, `tvix-mesh`. */
  build(): Promise<void>;
  /** Starts all services; returns when those that others wait for are healthy. */
  up(jaegerImage: string): Promise<void>;
  /** "healthy", "unhealthy" or "starting", or "running" where there is no health check. */
  status(): Promise<ReadonlyMap<string, string>>;
  /** In bytes. */
  memoryLimits(): Promise<ReadonlyMap<string, number>>;
  /** The exit code of each container that has ended. */
  exitCodes(): Promise<ReadonlyMap<string, number>>;
  /** Runs a program in the container of a service; gives what it printed. */
  exec(service: string, command: readonly string[]): Promise<string>;
  /** The last lines that each service wrote. */
  logs(): Promise<string>;
  stop(): Promise<void>;
  /** Removes containers, networks and volumes. */
  down(): Promise<void>;
}

export function createComposeStack(engine: DockerEngine, repository: string, baseImage: string): ComposeStack {
  const options = {
    cwd: repository,
    executable: { standalone: true as const },
    env: { ...engine.environment, PWD: repository, COMPOSE_PROJECT_NAME: "tvixmesh", BASE_IMAGE: baseImage },
  };

  /** What a template of `docker inspect` says of each service's container. */
  const inspect = async (template: string): Promise<ReadonlyMap<string, string>> => {
    const containers = await engine.docker(["ps", "--all", "--quiet"]);
    if (containers === "") {
      return new Map();
    }
    const line = `{{index .Config.Labels "com.docker.compose.service"}} ${template}`;
    const output = await engine.docker(["inspect", "--format", line, ...containers.split("\n")]);
    return new Map(output.split("\n").map((text) => splitAtBlank(text)));
  };
  const containerOf = async (service: string) => {
    const containers = await inspect("{{.Id}}");
    const container = containers.get(service);
    if (container === undefined) {
      throw new Error(`Cannot find the container of ${service}: only ${[...containers.keys()].join(", ")} have one`);
    }
    return container;
  };
  const logs = async () => {
    const containers = [...(await inspect("{{.Id}}"))];
    const parts = containers.map(async ([service, id]) => `── ${service}\n${await lastLines(engine, id)}`);
    return (await Promise.all(parts)).join("\n");
  };

  return {
    build: () => mustSucceed("build the image", buildAll(options)),
    up: async (jaegerImage) => {
      try {
        const env = { ...options.env, JAEGER_IMAGE: jaegerImage };
        await mustSucceed("bring the stack up", upAll({ ...options, env }));
      } catch (error) {
        throw new Error(`${error instanceof Error ? error.message : error}\n${await logs()}`, { cause: error });
      }
    },
    status: () => inspect("{{if .State.Health}}{{.State.Health.Status}}{{else}}{{.State.Status}}{{end}}"),
    memoryLimits: async () =>
      new Map([...(await inspect("{{.HostConfig.Memory}}"))].map(([service, bytes]) => [service, Number(bytes)])),
    exitCodes: async () =>
      new Map([...(await inspect("{{.State.ExitCode}}"))].map(([service, code]) => [service, Number(code)])),
    exec: async (service, command) => engine.docker(["exec", await containerOf(service), ...command]),
    logs,
    stop: () => mustSucceed("stop the stack", stop(options)),
    down: () => mustSucceed("take the stack down", downAll({ ...options, commandOptions: ["--volumes"] })),
  };
}

function splitAtBlank(text: string): [string, string] {
  const blank = text.indexOf(" ");
  return [text.slice(0, blank), text.slice(blank + 1)];
}

async function lastLines(engine: DockerEngine, container: string): Promise<string> {
  const { stdout, stderr } = await runCommand("docker", ["logs", "--tail", "30", container], {
    environment: engine.environment,
  });
  return stdout + stderr;
}

/** docker-compose rejects with its result, which is no Error. */
async function mustSucceed(what: string, result: Promise<IDockerComposeResult>): Promise<void> {
  const { exitCode, out, err } = await result.catch((failure: IDockerComposeResult) => failure);
  if (exitCode !== 0) {
    throw new Error(`Cannot ${what}: exit code ${exitCode}\n${`${out}\n${err}`.slice(-6000)}`);
  }
}
