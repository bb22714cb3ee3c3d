import { isUtf8 } from "node:buffer";
import { ServiceError } from "@tvix-mesh/service";
import type { SandboxCommand } from "./sandbox.ts";

/** bubblewrap takes no more arguments than this, those for the command not counted. */
const mostArguments = 9000;

/** Where the busybox that corrects PWD is shown, if it is needed. */
export const launcherPath = ".launch/busybox";

const fixedOptions = [
  ...["--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"],
  ...["--uid", "1000", "--gid", "100", "--hostname", "localhost", "--cap-drop", "ALL"],
  // As process 1 the command takes all others with it, and bubblewrap ends only when all of them are gone.
  ...["--as-pid-1", "--new-session", "--die-with-parent", "--clearenv"],
];

type Argument = string | Uint8Array;

const absolute = (path: string) => `/${path}`;

function* mountOptions(command: SandboxCommand, hostPath: (path: string) => string): Generator<Argument> {
  const rootDir = hostPath(command.rootDir);
  const rootIsWritable = command.writablePaths.includes("");
  yield* [rootIsWritable ? "--bind" : "--ro-bind", rootDir, "/", "--proc", "/proc", "--dev", "/dev"];
  yield* ["--perms", "1777", "--tmpfs", "/dev/shm"];
  for (const path of command.writablePaths) if (path !== "") yield* ["--bind", `${rootDir}/${path}`, absolute(path)];
  for (const { source, target } of command.readOnlyMounts)
    yield* ["--ro-bind", hostPath(source), Buffer.concat([Buffer.from("/"), target])];
  if (command.busybox === undefined) return;
  const busybox = hostPath(command.busybox);
  if (command.provideBinSh) yield* ["--ro-bind", busybox, "/bin/sh"];
  if (needsLauncher(command)) yield* ["--ro-bind", busybox, absolute(launcherPath)];
}

/** bubblewrap's options for a command, each ended by NUL, as its `--args` wants them. Bytes pass unchanged.
 * `hostPath` tells where bubblewrap finds a path of the host. */
export function bubblewrapOptions(command: SandboxCommand, hostPath: (path: string) => string): Uint8Array {
  const list: Argument[] = [...fixedOptions, ...(command.networkAccess ? [] : ["--unshare-net"])];
  for (const argument of mountOptions(command, hostPath)) list.push(argument);
  for (const { key, value } of command.environmentVars) list.push("--setenv", key, value);
  list.push("--chdir", absolute(command.workingDir));
  if (list.length > mostArguments)
    throw new ServiceError(
      "failed-precondition",
      `Cannot build: ${command.readOnlyMounts.length} inputs and ${command.environmentVars.length} variables are more than bubblewrap takes`,
    );
  return Buffer.concat(list.flatMap((argument) => [Buffer.from(argument as string), Buffer.of(0)]));
}

/** Whether bubblewrap, which sets PWD to the working directory, would leave another environment than asked for. */
export function needsLauncher(command: Pick<SandboxCommand, "environmentVars" | "workingDir">): boolean {
  const pwd = command.environmentVars.find(({ key }) => key === "PWD");
  return !pwd || !Buffer.from(absolute(command.workingDir)).equals(pwd.value);
}

function correction(command: SandboxCommand): readonly string[] {
  const pwd = command.environmentVars.find(({ key }) => key === "PWD");
  if (!pwd) return ["-u", "PWD"];
  if (!isUtf8(pwd.value))
    throw new ServiceError("failed-precondition", "Cannot build: bubblewrap can't set PWD to a value that is no UTF-8");
  return [`PWD=${Buffer.from(pwd.value).toString("utf8")}`];
}

/**
 * The program and arguments to execute. Where PWD must differ from the working directory, busybox corrects it. Its
 * `env` would take a program name with an equals sign for a variable, hence the step through `setpriv`.
 */
export function commandLine(command: SandboxCommand): readonly string[] {
  if (!needsLauncher(command)) return command.commandArgs;
  const launcher = absolute(launcherPath);
  const step = command.commandArgs[0]?.includes("=") ? [launcher, "setpriv"] : [];
  return [launcher, "env", ...correction(command), ...step, ...command.commandArgs];
}
