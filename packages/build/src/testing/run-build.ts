// Runs one shell script as a build, in a process of its own: node run-build.ts WORKDIR SCRIPT. Prints what happens.
import process from "node:process";
import { openMemoryCastore } from "@tvix-mesh/castore/testing/memory-castore";
import { openLocalBuildService } from "../local-build-service.ts";
import { createBubblewrapSandbox } from "../sandbox/bubblewrap.ts";
import { exampleBuildRequest } from "./example-build-request.ts";

const [workDirectory = "", script = ""] = process.argv.slice(2);
await using service = await openLocalBuildService({
  sandbox: createBubblewrapSandbox(),
  stores: openMemoryCastore(),
  workDirectory,
});
for await (const event of service.build(exampleBuildRequest(script)))
  console.log(event.kind === "log-line" ? Buffer.from(event.line).toString("utf8") : event.kind);
