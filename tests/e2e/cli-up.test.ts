import type { ChildProcess } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { runCommand } from "../compose/run-command.ts";
import { cleanEnvironment, repository } from "./testing/daemon-process.ts";
import { LonelyTvix } from "./testing/tvix-alone.ts";

const names = ["blob-service", "directory-service", "pathinfo-service", "build-service", "evaluator", "nar-bridge"];

/** A running `tvix up`. */
class RunningMesh {
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;
  output = "";
  log = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = new Promise((resolve) => child.once("close", resolve));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.log += text;
    });
  }

  /** Waits until it says that it serves; answers the variables that it tells others to set. */
  async serving(): Promise<Record<string, string>> {
    await new Promise<void>((resolve, reject) => {
      const check = () => this.output.includes("Ctrl-C stops it") && resolve();
      this.#child.stdout?.on("data", check);
      this.ended.then((status) => reject(new Error(`tvix up ended with ${status}:\n${this.log}`)));
      check();
    });
    const exports = this.output.matchAll(/^export (\w+)=(\S+)$/gm);
    return Object.fromEntries([...exports].map(([, name, value]) => [name, value]));
  }

  /** Process ids of its daemons, by name. */
  get daemons(): ReadonlyMap<string, number> {
    const children = readdirSync("/proc").flatMap((entry) => {
      try {
        const parent = /^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${entry}/status`, "utf8"))?.[1];
        const name = /services\/([a-z-]+)\/src/.exec(readFileSync(`/proc/${entry}/cmdline`, "utf8"))?.[1];
        return Number(parent) === this.#child.pid && name ? [[name, Number(entry)] as const] : [];
      } catch {
        return [];
      }
    });
    return new Map(children);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const opened: (Disposable | (() => void))[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).reverse()) {
    if (typeof item === "function") item();
    else item[Symbol.dispose]();
  }
});

function startUp(words: readonly string[] = []): { readonly mesh: RunningMesh; readonly tvix: LonelyTvix } {
  const tvix = new LonelyTvix();
  opened.push(tvix);
  const mesh = new RunningMesh(tvix.start(["up", "--ports", "0", ...words]));
  opened.push(() => mesh.signal("SIGKILL"));
  return { mesh, tvix };
}

describe("tvix up", () => {
  test("runs all six daemons, tells how to use them, and ends with 0 when told to", async () => {
    const { mesh, tvix } = startUp();
    const environment = await mesh.serving();
    for (const name of [...names, "traces"])
      expect(mesh.output).toMatch(new RegExp(`^  ${name} +\\S+://127\\.0\\.0\\.1:`, "m"));
    const addresses = Object.entries(environment).flatMap(([name, value]) => (name.endsWith("_ADDR") ? [value] : []));
    const health = await tvix.run(["health", ...addresses]);
    expect(health).toMatchObject({ exitCode: 0, stderr: "" });
    expect(health.stdout.match(/ SERVING$/gm)).toHaveLength(6);

    expect((await tvix.run(["eval", "-E", "1 + 1"], { environment })).stdout).toBe("2\n");
    const trace = await tvix.run(["trace"], { environment });
    expect(trace.stdout).toMatch(
      /^tvix +tvix eval .*\n(.* ├─ EvaluatorService\/Describe .*\n)?evaluator +└─ EvaluatorService\/Evaluate /m,
    );
    expect((await tvix.run(["trace", "--list"], { environment })).stdout).toMatch(/ tvix eval$/m);
    expect(JSON.parse((await tvix.run(["trace", "--json"], { environment })).stdout).summary.name).toBe("tvix eval");

    const { daemons } = mesh;
    expect([...daemons.keys()].sort()).toEqual([...names].sort());
    mesh.signal("SIGINT");
    expect(await mesh.ended).toBe(0);
    expect([...daemons.values()].filter(isRunning)).toEqual([]);
    expect(mesh.log).toMatch(/ evaluator +INFO +evaluator has stopped$/m);
    expect(await tvix.run(["health", "--timeout", "2", ...addresses])).toMatchObject({ exitCode: 1 });
  });

  test("a daemon that dies ends the mesh with 1, and is named", async () => {
    const { mesh } = startUp(["--memory", "--no-traces"]);
    expect(await mesh.serving()).not.toHaveProperty("OTEL_EXPORTER_OTLP_ENDPOINT");
    const { daemons } = mesh;
    process.kill(daemons.get("directory-service") ?? 0, "SIGKILL");
    expect(await mesh.ended).toBe(1);
    expect(mesh.log).toMatch(/^error: .*directory-service was ended by SIGKILL$/m);
    expect([...daemons.values()].filter(isRunning)).toEqual([]);
  });

  test("a daemon that can't start ends the mesh with 1, and its reason is shown", async () => {
    const occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
    opened.push(() => occupant.close());
    const { port } = occupant.address() as { port: number };
    const { mesh } = startUp(["--ports", String(port - 2)]);
    expect(await mesh.ended).toBe(1);
    expect(mesh.log).toContain(`Cannot listen on 127.0.0.1:${port}`);
    expect(mesh.log).toMatch(/^error: Cannot .*pathinfo-service ended with status 1$/m);
    expect(mesh.output).toBe("");
  });

  test("takes its daemons along when it is killed", async () => {
    const { mesh } = startUp(["--memory"]);
    await mesh.serving();
    const { daemons } = mesh;
    expect(daemons.size).toBe(6);
    mesh.signal("SIGKILL");
    await mesh.ended;
    await expect.poll(() => [...daemons.values()].filter(isRunning), { timeout: 60_000 }).toEqual([]);
  });

  test("--log-format json logs nothing but JSON lines", async () => {
    const { mesh } = startUp(["--memory", "--log-format", "json"]);
    await mesh.serving();
    mesh.signal("SIGTERM");
    expect(await mesh.ended).toBe(0);
    const lines = mesh.log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(new Set(lines.map(({ name }) => name))).toEqual(new Set(names));
  });
});

describe("deploy/demo", () => {
  test("builds the website, shows it and its trace, and leaves no process behind", async () => {
    using tvix = new LonelyTvix();
    const { PATH = "" } = process.env;
    const { exitCode, stdout, stderr } = await runCommand(join(repository, "deploy/demo"), [], {
      environment: cleanEnvironment({ HOME: tvix.home, PATH, BLOB_SERVICE_ADDR: "grpc+http://127.0.0.1:1" }),
    });
    expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^\/nix\/store\/\S+-website$/m);
    expect(stdout).toMatch(/^<!doctype html>$/m);
    for (const name of ["tvix", ...names.filter((daemon) => daemon !== "nar-bridge")])
      expect(stdout).toMatch(new RegExp(`^${name} .* \\S+ (µs|ms|s)$`, "m"));
    const processes = await runCommand("ps", ["-eo", "args"]);
    expect(processes.stdout).not.toContain(join(repository, ".demo/data"));
  });
});
