import { join } from "node:path";
import { bindBuildService, buildServiceKind, findBuildProblem } from "@tvix-mesh/build";
import { blobServiceKind, directoryServiceKind } from "@tvix-mesh/castore";
import { runService, wholeNumber } from "@tvix-mesh/service";

await runService({
  name: "build-service",
  summary: "Runs builds in sandboxes.",
  defaultPort: 8004,
  hasStore: false,
  peers: [blobServiceKind, directoryServiceKind],
  options: (command) =>
    command.option(
      "--max-jobs <number>",
      "how many builds run side by side (default: one a processor)",
      wholeNumber(1, 1024),
    ),
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
