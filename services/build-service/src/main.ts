import { join } from "node:path";
import { bindBuildService, buildServiceKind, findBuildProblem } from "@tvix-mesh/build";
import { blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { runService } from "@tvix-mesh/service";

await runService({
  name: "build-service",
  summary: "Runs builds in sandboxes.",
  defaultPort: 8004,
  hasStore: false,
  options: (command) =>
    command.option("--max-jobs <number>", "how many builds run side by side (default: processors)", Number),
  async start(context) {
    const blobs = await context.peer(blobServiceKind);
    const directories = await context.peer(directoryServiceKind);
    const builds = await context.own(buildServiceKind({ blobs, directories }), {
      type: "bubblewrap",
      workdir: join(context.dataDir, "builds"),
      max_jobs: context.options.maxJobs,
    });
    const problem = await findBuildProblem(builds);
    if (problem !== undefined) context.logger.warn(problem);
    return { services: bindBuildService(builds) };
  },
});
