const userNamespaces =
  "allow unprivileged user namespaces (sysctl kernel.unprivileged_userns_clone=1, on Ubuntu also kernel.apparmor_restrict_unprivileged_userns=0), in a container also run it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined";
const procMount =
  "in a container, run it with --security-opt systempaths=unconfined or --privileged, so that the sandbox may have a /proc of its own";

/** bubblewrap's complaint, followed by what to set on the machine where we know it. */
export function explainRefusal(complaint: string): string {
  const reason = complaint.replace(/^bwrap: /, "") || "bubblewrap ended without a word";
  if (/namespace|unshare|uid map|setgroups|loopback/i.test(reason)) return `${reason}; ${userNamespaces}`;
  if (/mount proc|mount devpts/i.test(reason)) return `${reason}; ${procMount}`;
  return reason;
}
