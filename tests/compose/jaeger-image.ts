import { copyFile, mkdir, mkdtemp, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DockerEngine } from "./docker-engine.ts";
import { importImage } from "./root-file-system.ts";
import { requireCommand } from "./run-command.ts";

/** Where the Jaeger that was built is kept. */
export const cachedJaeger = join(
  process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"),
  `tvix-mesh/jaeger-2.13.0-${process.arch}`,
);
const buildTimeoutMs = 600_000;

/** Makes an image of Jaeger, built from its Go module the first time, behaving as the published one does. */
export async function importJaegerImage(engine: DockerEngine, image: string): Promise<void> {
  if ((await stat(cachedJaeger).catch(() => undefined)) === undefined) {
    await requireCommand(join(import.meta.dirname, "build-jaeger.sh"), [cachedJaeger], { timeoutMs: buildTimeoutMs });
  }
  const directory = await mkdtemp("/var/tmp/tvix-mesh-jaeger-image-");
  try {
    await mkdir(join(directory, "tmp"));
    await copyFile(cachedJaeger, join(directory, "jaeger"));
    await importImage(engine, directory, image, [
      "ENV JAEGER_LISTEN_HOST=0.0.0.0",
      "USER 10001",
      'ENTRYPOINT ["/jaeger"]',
    ]);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
