import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { requireCommand } from "../../compose/run-command.ts";
import { cleanEnvironment, repository } from "./daemon-process.ts";
import type { Mesh } from "./mesh.ts";
import { makeTemporaryDirectory } from "./temporary-directory.ts";

const script = join(import.meta.dirname, "python/client.py");
/** Debian's, which its python3-grpcio belongs to, whatever comes first in PATH. */
const python = "/usr/bin/python3";

const contracts = [
  ...["castore.proto", "rpc_blobstore.proto", "rpc_directory.proto"].map((file) => `tvix/castore/v1/${file}`),
  ...["pathinfo.proto", "rpc_pathinfo.proto"].map((file) => `tvix/store/v1/${file}`),
  ...["build.proto", "rpc_build.proto"].map((file) => `tvix/build/v1/${file}`),
];

/** A Python program over grpcio and the stubs that protoc makes of our contracts. */
export interface PythonClient extends Disposable {
  /** Runs a function of client.py and answers what it printed. */
  run<Answer>(scenario: string, parameters?: object): Promise<Answer>;
}

export async function createPythonClient(mesh: Mesh): Promise<PythonClient> {
  const directory = makeTemporaryDirectory("python");
  const stubs = join(directory.path, "stubs");
  mkdirSync(stubs);
  await requireCommand("protoc", [
    ...["--proto_path", join(repository, "proto"), "--python_out", stubs, "--grpc_python_out", stubs],
    "--plugin=protoc-gen-grpc_python=/usr/bin/grpc_python_plugin",
    ...contracts,
  ]);
  return {
    async run(scenario, parameters = {}) {
      const output = await requireCommand(python, ["-B", script, stubs, scenario], {
        environment: cleanEnvironment(mesh.clientEnvironment),
        input: Readable.from([JSON.stringify(parameters)]),
      });
      return JSON.parse(output);
    },
    [Symbol.dispose]: () => directory[Symbol.dispose](),
  };
}
