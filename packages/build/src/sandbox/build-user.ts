import process from "node:process";

/** Who a sandboxed command is on the host, whatever it is called inside. */
export interface HostUser {
  readonly uid: number;
  readonly gid: number;
}

// An id that neither people, packages nor systemd's dynamic users get, and that containers with 65536 ids have.
const unprivileged: HostUser = { uid: 65529, gid: 65529 };

/**
 * Whom commands run as, if not as this process. Root must not run them: even without capabilities, root may write
 * kernel settings below /proc/sys and change the modes of the host's device nodes, because it owns them.
 */
export function buildUser(): HostUser | undefined {
  return process.getuid?.() === 0 ? unprivileged : undefined;
}
