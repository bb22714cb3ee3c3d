import { readdirSync, readFileSync } from "node:fs";
import { type CastoreServices, Directory, type Node } from "@tvix-mesh/castore";
import { describe, expect, it } from "vitest";
import type { BuildRequest } from "./build-request.ts";
import type { BuildEvent, BuildOutput, BuildService } from "./build-service.ts";
import { exampleBuildRequest } from "./testing/example-build-request.ts";

/** A service under test, and the stores that it works on. */
export interface BuildServiceFixture extends AsyncDisposable {
  readonly service: BuildService;
  readonly stores: CastoreServices;
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => Buffer.from(data).toString("utf8");

interface FinishedBuild {
  readonly log: readonly string[];
  readonly outcome: Exclude<BuildEvent, { kind: "log-line" }>;
}

async function finish(events: AsyncIterable<BuildEvent>): Promise<FinishedBuild> {
  const all = await Array.fromAsync(events);
  const outcome = all.pop();
  if (outcome === undefined || outcome.kind === "log-line") throw new Error("the build told no outcome");
  return { log: all.map((event) => (event.kind === "log-line" ? text(event.line) : event.kind)), outcome };
}

function outputsOf({ log, outcome }: FinishedBuild): readonly BuildOutput[] {
  if (outcome.kind === "failed") throw new Error([outcome.reason, ...log].join("\n"));
  return outcome.outputs;
}

async function put(stores: CastoreServices, contents: string): Promise<Node> {
  await using writer = await stores.blobs.openWrite();
  await writer.write(bytes(contents));
  return { kind: "file", digest: await writer.close(), size: BigInt(bytes(contents).length), executable: false };
}

async function putDirectory(stores: CastoreServices, entries: Readonly<Record<string, Node>>): Promise<Node> {
  const named = Object.entries(entries).map(([name, node]) => ({ name: bytes(name), node }));
  const directory = Directory.of(named);
  await stores.directories.put(directory);
  return directory.toNode();
}

async function contentsOf(stores: CastoreServices, node: Node | undefined): Promise<string> {
  if (node?.kind !== "file") throw new Error(`not a file but ${node?.kind}`);
  const reader = await stores.blobs.openRead(node.digest);
  return text(Buffer.concat(await Array.fromAsync(reader!.read())));
}

function processesWith(argument: string): readonly string[] {
  const commandLine = (pid: string) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "latin1");
    } catch {
      return "";
    }
  };
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.map(commandLine).filter((line) => line.includes(argument));
}

let lastMarker = 0;
/** A number of seconds to sleep that no other process has as an argument. */
const uniqueSeconds = (): string => `9${process.pid}${lastMarker++}`;

/** Tests that hold for every BuildService. `open` makes one with empty stores. */
export function describeBuildService(title: string, open: () => Promise<BuildServiceFixture>): void {
  describe(title, () => {
    const build = async (fixture: BuildServiceFixture, request: BuildRequest) => finish(fixture.service.build(request));

    it("build() keeps what the command left at the output", async () => {
      await using fixture = await open();
      const outputs = outputsOf(await build(fixture, exampleBuildRequest("echo hello > $out; chmod 711 $out")));
      expect(outputs).toMatchObject([{ path: "nix/store/out", needles: [], node: { executable: true, size: 6n } }]);
      expect(await contentsOf(fixture.stores, outputs[0]?.node)).toBe("hello\n");
    });

    it("build() gives the command exactly the environment of the request, bytes included", async () => {
      await using fixture = await open();
      const environmentVars = [
        { key: "A", value: bytes("x y\nz") },
        { key: "BYTES", value: Uint8Array.of(0xff, 0x80) },
        { key: "EMPTY", value: bytes("") },
        { key: "PWD", value: bytes("/build") },
      ];
      const request = exampleBuildRequest("cat /proc/1/environ > /nix/store/out; true", { environmentVars });
      const [output] = outputsOf(await build(fixture, request));
      const variables = (await contentsOf(fixture.stores, output?.node)).split("\0");
      expect(variables).toEqual(["A=x y\nz", "BYTES=\ufffd\ufffd", "EMPTY=", "PWD=/build", ""]);
    });

    it("build() shows inputs of every kind, and additional files", async () => {
      await using fixture = await open();
      const { stores } = fixture;
      const file = await put(stores, "from a file\n");
      const request = exampleBuildRequest("cat a b/sub/file c /build/extra/file > $out", {
        inputs: [
          { name: bytes("a"), node: file },
          { name: bytes("b"), node: await putDirectory(stores, { sub: await putDirectory(stores, { file }) }) },
          { name: bytes("c"), node: { kind: "symlink", target: bytes("b/sub/file") } },
        ],
        workingDir: "nix/store",
        environmentVars: [{ key: "out", value: bytes("/nix/store/out") }],
        additionalFiles: [{ path: "build/extra/file", contents: bytes("additional\n") }],
      });
      const [output] = outputsOf(await build(fixture, request));
      expect(await contentsOf(stores, output?.node)).toBe(`${"from a file\n".repeat(3)}additional\n`);
    });

    it("build() shows inputs with the modes and times of Nix's store", async () => {
      await using fixture = await open();
      const plain = await put(fixture.stores, "x");
      const executable = { ...plain, executable: true } as Node;
      const inputs = [{ name: bytes("in"), node: await putDirectory(fixture.stores, { executable, plain }) }];
      const script = "stat -c '%n %a %Y' /nix/store/in /nix/store/in/*; touch $out";
      const { log } = await build(fixture, exampleBuildRequest(script, { inputs }));
      expect(log).toEqual(["/nix/store/in 555 1", "/nix/store/in/executable 555 1", "/nix/store/in/plain 444 1"]);
    });

    it("build() answers several outputs in the request's order, each with the needles that it holds", async () => {
      await using fixture = await open();
      const request = exampleBuildRequest(
        `mkdir -p a/sub b; printf 'xx needle-one xx' > a/sub/file; ln -s /nix/store/needle-three/x b/link
         printf needle-one > b/file; echo none > c`,
        {
          outputs: ["nix/store/a", "nix/store/b", "nix/store/c"],
          workingDir: "nix/store",
          refscanNeedles: ["needle-three", "needle-two", "needle-one"],
        },
      );
      const outputs = outputsOf(await build(fixture, request));
      expect(outputs.map(({ path, needles }) => [path, needles])).toEqual([
        ["nix/store/a", [2]],
        ["nix/store/b", [0, 2]],
        ["nix/store/c", []],
      ]);
    });

    it("build() tells log lines before the failure, and the exit code", async () => {
      await using fixture = await open();
      const { log, outcome } = await build(
        fixture,
        exampleBuildRequest("echo one; echo two >&2; printf three; exit 7"),
      );
      expect(log).toEqual(["one", "two", "three"]);
      expect(outcome).toEqual({ kind: "failed", reason: "builder exited with code 7", exitCode: 7 });
    });

    it("build() tells the signal that ended the command", async () => {
      await using fixture = await open();
      const { outcome } = await build(fixture, exampleBuildRequest("sh -c 'kill -TERM $$'; exit $?"));
      expect(outcome).toEqual({ kind: "failed", reason: "builder was ended by signal 15 (SIGTERM)", signal: 15 });
    });

    it("build() fails if an output is missing, or could only be reached through a symlink", async () => {
      await using fixture = await open();
      const missing = await build(fixture, exampleBuildRequest("true"));
      expect(missing.outcome).toEqual({ kind: "failed", reason: "builder left no output /nix/store/out" });
      const indirect = exampleBuildRequest("ln -s /etc dir", { outputs: ["build/dir/passwd"] });
      const { outcome } = await build(fixture, { ...indirect, scratchPaths: ["build"] });
      expect(outcome).toMatchObject({ kind: "failed" });
    });

    it("build() fails if an output holds a pipe, naming it", async () => {
      await using fixture = await open();
      const { outcome } = await build(fixture, exampleBuildRequest("mkdir $out; mkfifo $out/pipe"));
      expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("/nix/store/out/pipe") });
    });

    it("build() fails if the program can't be executed, naming it", async () => {
      await using fixture = await open();
      const { outcome } = await build(fixture, exampleBuildRequest("", { commandArgs: ["/no/such/program"] }));
      expect(outcome).toMatchObject({ kind: "failed", reason: expect.stringContaining("/no/such/program") });
    });

    it("build() tells a log line while the command is still running", async () => {
      await using fixture = await open();
      const seconds = uniqueSeconds();
      for await (const event of fixture.service.build(exampleBuildRequest(`echo started; sleep ${seconds}`))) {
        expect(event).toEqual({ kind: "log-line", line: bytes("started") });
        expect(processesWith(seconds)).not.toEqual([]);
        break;
      }
    });

    it("build() ends with all its processes when it is aborted", async () => {
      await using fixture = await open();
      const seconds = uniqueSeconds();
      const controller = new AbortController();
      const request = exampleBuildRequest(`setsid sleep ${seconds} & echo started; sleep ${seconds}`);
      const running = fixture.service.build(request, { signal: controller.signal })[Symbol.asyncIterator]();
      await running.next();
      const reason = new Error("enough");
      controller.abort(reason);
      await expect(running.next()).rejects.toBe(reason);
      await expect.poll(() => processesWith(seconds)).toEqual([]);
    });

    it("build() that is abandoned ends with all its processes", async () => {
      await using fixture = await open();
      const seconds = uniqueSeconds();
      for await (const _ of fixture.service.build(exampleBuildRequest(`echo started; sleep ${seconds}`))) break;
      await expect.poll(() => processesWith(seconds)).toEqual([]);
    });

    it("build() runs siblings side by side", async () => {
      await using fixture = await open();
      const seconds = uniqueSeconds();
      const iterators = [1, 2].map(() =>
        fixture.service.build(exampleBuildRequest(`echo started; sleep ${seconds}`))[Symbol.asyncIterator](),
      );
      for (const iterator of iterators) expect(await iterator.next()).toMatchObject({ done: false });
      for (const iterator of iterators) await iterator.return?.();
    });

    it("build() has no network but a loopback interface", async () => {
      await using fixture = await open();
      const { log } = await build(fixture, exampleBuildRequest("tail -n +3 /proc/net/dev | cut -d: -f1; touch $out"));
      expect(log.map((line) => line.trim())).toEqual(["lo"]);
    });

    it("build() can't change its inputs", async () => {
      await using fixture = await open();
      const file = await put(fixture.stores, "original");
      const directory = await putDirectory(fixture.stores, { file });
      const inputs = [{ name: bytes("in"), node: directory }];
      const vandal = `cd /nix/store/in; chmod -R 777 . ; echo changed > file; rm -rf file; touch new; mv /nix/store/in /nix/store/x
        unshare -rm mount -o remount,bind,rw /nix/store/in; echo changed > file; touch $out`;
      outputsOf(await build(fixture, exampleBuildRequest(vandal, { inputs })));
      const look = "cat /nix/store/in/file > $out; ls /nix/store/in >> $out";
      const [output] = outputsOf(await build(fixture, exampleBuildRequest(look, { inputs })));
      expect(await contentsOf(fixture.stores, output?.node)).toBe("originalfile\n");
    });

    it("build() reads an output whose modes forbid reading", async () => {
      await using fixture = await open();
      const script = "mkdir $out; echo x > $out/file; chmod 000 $out/file; chmod 000 $out";
      expect(outputsOf(await build(fixture, exampleBuildRequest(script)))).toMatchObject([{ node: { size: 1n } }]);
    });

    it.for<[string, Partial<BuildRequest>, string]>([
      ["`..` in an output", { outputs: ["../x"] }, 'Cannot build: outputs[0] "../x": not a clean relative path'],
      ["`..` in a scratch path", { scratchPaths: ["a/../.."] }, 'scratch_paths[0] "a/../.."'],
      [
        "`..` in an additional file",
        { additionalFiles: [{ path: "build/../../x", contents: bytes("x") }] },
        'additional_files[0] "build/../../x"',
      ],
      ["a file where a directory is needed", { additionalFiles: [{ path: "build", contents: bytes("x") }] }, "/build"],
    ])("build() refuses %s and runs nothing", async ([, wrong, message]) => {
      await using fixture = await open();
      const events: BuildEvent[] = [];
      const run = async () => {
        for await (const event of fixture.service.build(exampleBuildRequest("echo ran", wrong))) events.push(event);
      };
      await expect(run()).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringContaining(message),
      });
      expect(events).toEqual([]);
    });

    it.for<[string, Partial<NonNullable<BuildRequest["constraints"]>>, string]>([
      ["another platform", { system: "mips-irix" }, 'constraints.system "mips-irix"'],
      ["more memory than there is", { minMemoryBytes: 2n ** 60n }, `constraints.min_memory ${2n ** 60n}`],
      ["host paths that aren't shown", { availableRoPaths: ["/root"] }, 'constraints.available_ro_paths[0] "/root"'],
    ])("build() refuses %s as something that this machine can't offer", async ([, wrong, message]) => {
      await using fixture = await open();
      const request = exampleBuildRequest("echo ran");
      const constraints = { ...request.constraints!, ...wrong };
      await expect(build(fixture, { ...request, constraints })).rejects.toMatchObject({
        code: "failed-precondition",
        message: expect.stringContaining(message),
      });
    });

    it("build() names the input that isn't in the stores", async () => {
      await using fixture = await open();
      const absent = Directory.of([{ name: bytes("x"), node: { kind: "symlink", target: bytes("y") } }]).toNode();
      const request = exampleBuildRequest("echo ran", { inputs: [{ name: bytes("absent"), node: absent }] });
      await expect(build(fixture, request)).rejects.toMatchObject({
        code: "not-found",
        message: expect.stringContaining("absent"),
      });
    });
  });
}
