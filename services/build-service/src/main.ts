import { join } from "node:path";
import { bindBuildService, buildServiceBackends, findBuildProblem } from "@tvix-mesh/build";
import { blobServiceBackends, directoryServiceBackends } from "@tvix-mesh/castore";
import { environment, runService } from "@tvix-mesh/service";

await runService({
  name: "build-service",
  summary: "Runs builds in sandboxes.",
  defaultPort: 8004,
  hasStore: false,
  options: (command) =>
    command.option("--max-jobs <number>", "how many builds run side by side (default: processors)", Number),
  async start(context) {
    const blobs = await context.peer({
      kind: "blobservices",
      backends: blobServiceBackends,
      url: environment.get("BLOB_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8001" },
    });
    const directories = await context.peer({
      kind: "directoryservices",
      backends: directoryServiceBackends,
      url: environment.get("DIRECTORY_SERVICE_ADDR"),
      fallback: { type: "grpc", address: "http://127.0.0.1:8002" },
    });
    const builds = await context.own({
      kind: "buildservices",
      backends: buildServiceBackends({ blobs, directories }),
      fallback: { type: "bubblewrap", workdir: join(context.dataDir, "builds"), max_jobs: context.options.maxJobs },
    });
    const problem = await findBuildProblem(builds);
    if (problem !== undefined) context.logger.warn(problem);
    return { services: bindBuildService(builds) };
  },
});
