import { existsSync } from "node:fs";
import { ServiceError } from "@tvix-mesh/service";
import { isWithin } from "../clean-path.ts";
import { buildUser, type HostUser } from "./build-user.ts";
import type { SandboxCommand } from "./sandbox.ts";

/** How bubblewrap is started. */
export interface BubblewrapLaunch {
  readonly program: string;
  /** Followed by bubblewrap's own arguments. */
  readonly programArguments: readonly string[];
  /** Where bubblewrap finds a host path. */
  hostPath(path: string): string;
}

// Builds get Nix's umask and no core dumps; bubblewrap has no options for either.
const settings = "umask 022 && ulimit -c 0";

/** Directories that hardly any machine lacks, one of which the work directory is shown at. */
const gateways = ["/mnt", "/media", "/srv", "/opt"];

function chooseGateway(command: SandboxCommand): string {
  const sources = [...command.readOnlyMounts.map(({ source }) => source), command.busybox ?? ""];
  const outside = sources.filter((source) => !isWithin(source, command.workDir));
  const free = gateways.find((path) => existsSync(path) && !outside.some((source) => isWithin(source, path)));
  if (free === undefined)
    throw new ServiceError(
      "failed-precondition",
      `Cannot make a sandbox: none of ${gateways.join(", ")} can be mounted on`,
    );
  return free;
}

/**
 * Another user can't pass through directories of root's such as /root. So the work directory is mounted where it
 * can, in a mount namespace that nothing else sees.
 */
function launchAs({ uid, gid }: HostUser, bubblewrap: string, command: SandboxCommand): BubblewrapLaunch {
  const gateway = chooseGateway(command);
  const dropRoot = `exec setpriv --reuid ${uid} --regid ${gid} --clear-groups --inh-caps=-all "$@"`;
  const script = `mount --bind "$0" "$1" && shift && ${settings} && ${dropRoot}`;
  const shell = ["/bin/sh", "-c", script, command.workDir, gateway, bubblewrap];
  return {
    program: "unshare",
    programArguments: ["--mount", "--propagation", "private", ...shell],
    hostPath: (path) => (isWithin(path, command.workDir) ? `${gateway}${path.slice(command.workDir.length)}` : path),
  };
}

/** The way to start the program `bubblewrap` for `command`. */
export function launchBubblewrap(bubblewrap: string, command: SandboxCommand): BubblewrapLaunch {
  const user = buildUser();
  if (user) return launchAs(user, bubblewrap, command);
  return {
    program: "/bin/sh",
    programArguments: ["-c", `${settings} && exec "$0" "$@"`, bubblewrap],
    hostPath: (path) => path,
  };
}
