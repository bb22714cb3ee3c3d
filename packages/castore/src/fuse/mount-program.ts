import { ServiceError } from "@tvix-mesh/service";
import { FuseDevice } from "./device.ts";
import { type ProgramOutcome, runProgram } from "./run-program.ts";

/** What the mount is called in the mount table: its type, and its source. */
export const mountType = "fuse.tvix-mesh";
const source = "tvix-mesh";

export interface MountOptions {
  /** Absolute, without symbolic links. */
  readonly mountPoint: string;
  /** Whether users other than the one who mounts may look into it. */
  readonly allowOther: boolean;
}

/** A device whose file system is being mounted. */
export interface StartedMount {
  readonly device: FuseDevice;
  /** Rejects if it can't be; the device is closed then. */
  readonly mounted: Promise<void>;
}

/** How a mount ends: `busy` if it goes on, as it is in use. */
export type UnmountOutcome = "unmounted" | "busy";

const isRoot = (): boolean => process.geteuid?.() === 0;

const helpers = ["fusermount3", "fusermount"];

function mountError({ mountPoint }: MountOptions, reason: string): ServiceError {
  return new ServiceError("failed-precondition", `Cannot mount at ${mountPoint}: ${reason}`);
}

function commonOptions({ allowOther }: MountOptions): readonly string[] {
  return ["ro", "nosuid", "nodev", "default_permissions", ...(allowOther ? ["allow_other"] : [])];
}

function mountAsRoot(options: MountOptions): StartedMount {
  const device = new FuseDevice();
  const own = ["fd=3", "rootmode=40000", "user_id=0", "group_id=0"];
  const words = ["-i", "-t", mountType, "-o", [...commonOptions(options), ...own].join(), source, options.mountPoint];
  const mount = async (): Promise<void> => {
    const { status, message } = await runProgram("mount", words, { descriptor: device.descriptor });
    if (status === 0) return;
    device[Symbol.dispose]();
    throw mountError(
      options,
      status === undefined ? "there is no program mount" : message || `mount failed (${status})`,
    );
  };
  return { device, mounted: mount() };
}

async function runHelper(words: readonly string[], more?: Parameters<typeof runProgram>[2]): Promise<ProgramOutcome> {
  for (const helper of helpers) {
    const outcome = await runProgram(helper, words, more);
    if (outcome.status !== undefined) return outcome;
  }
  return { status: undefined, message: "" };
}

/** The helper opens the device, mounts, and sends what it opened over a socket. */
async function mountAsUser(options: MountOptions): Promise<StartedMount> {
  const { createDescriptorSocket } = await import("./descriptor-socket.ts");
  using socket = createDescriptorSocket();
  const helperOptions = [...commonOptions(options), "subtype=tvix-mesh", `fsname=${source}`];
  const { status, message } = await runHelper(["-o", helperOptions.join(), "--", options.mountPoint], {
    descriptor: socket.peer,
    variables: { _FUSE_COMMFD: "3" },
  });
  if (status === undefined)
    throw mountError(options, `an ordinary user needs the program fusermount3 for that (Debian's package fuse3)`);
  if (status !== 0)
    throw mountError(options, message.replace(/^fusermount3?: /, "") || `fusermount failed (${status})`);
  return { device: new FuseDevice(socket.receive()), mounted: Promise.resolve() };
}

/** Mounts a file system of which nothing is served yet: whoever looks at it waits. */
export async function startMount(options: MountOptions): Promise<StartedMount> {
  return isRoot() ? mountAsRoot(options) : mountAsUser(options);
}

/** Unmounts. By force, what is in use too: the path is free then. */
export async function unmount(mountPoint: string, options: { readonly force: boolean }): Promise<UnmountOutcome> {
  const { status, message } = await (isRoot()
    ? runProgram("umount", [...(options.force ? ["--force", "--lazy"] : []), "--", mountPoint])
    : runHelper(["-u", ...(options.force ? ["-z"] : []), "--", mountPoint]));
  if (status === 0) return "unmounted";
  if (/busy/i.test(message)) return "busy";
  throw new ServiceError("failed-precondition", `Cannot unmount ${mountPoint}: ${message || `status ${status}`}`);
}

/** The command by which a user removes a mount whose process has ended. */
export function unmountCommand(mountPoint: string): string {
  const quoted = /^[\w/.+-]+$/.test(mountPoint) ? mountPoint : `'${mountPoint.replaceAll("'", "'\\''")}'`;
  return `${isRoot() ? "umount" : "fusermount3 -u"} ${quoted}`;
}
