import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "tvix-mesh");
const unreachable =
  /dial tcp|no such host|i\/o timeout|TLS handshake|connection re(fused|set)|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|network is unreachable|50[234] /;

/** Runs `make` in a new folder that becomes `path` once it is whole, unless it is there already. */
async function once(path: string, make: (draft: string) => Promise<void>): Promise<string> {
  if (await stat(path).catch(() => undefined)) return path;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(`${path}.`);
  try {
    await make(draft);
    await rename(draft, path).catch(async (error: unknown) => {
      // Another process was faster.
      if (!(await stat(path).catch(() => undefined))) throw error;
    });
    return path;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** A program built from a Go module, kept from then on. `source` is `path/to/main@version`. */
export async function goProgram(name: string, source: string): Promise<string> {
  const version = source.slice(source.indexOf("@") + 1);
  const directory = await once(join(cache, `${name}-${version}-${process.arch}`), async (draft) => {
    const env = { ...process.env, CGO_ENABLED: "0", GOBIN: draft, GOFLAGS: "-buildvcs=false" };
    await run("go", ["install", "-trimpath", "-ldflags", "-s -w", source], { env, maxBuffer: 1 << 26 });
  });
  return join(directory, source.slice(0, source.indexOf("@")).split("/").at(-1) as string);
}

/** The npm packages of a folder's lock file, installed elsewhere and kept from then on; answers where. */
export async function npmPackages(name: string, folder: string): Promise<string> {
  return once(join(cache, name), async (draft) => {
    for (const file of ["package.json", "package-lock.json"]) await copyFile(join(folder, file), join(draft, file));
    const quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-progress"];
    await run("npm", ["ci", ...quiet], { cwd: draft, maxBuffer: 1 << 26 });
  });
}

/** What `prepare` makes; `undefined`, and why on standard error, if the registry that it needs can't be reached. */
export async function preparedUnlessOffline<Prepared>(
  what: string,
  prepare: () => Promise<Prepared>,
): Promise<Prepared | undefined> {
  try {
    return await prepare();
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    if (!unreachable.test(stderr)) throw error;
    process.stderr.write(
      `\nSKIPPED: all tests with ${what}, as its registry can't be reached:\n${stderr.slice(-500)}\n\n`,
    );
    return undefined;
  }
}
