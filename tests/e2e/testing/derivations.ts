import { machineSystem } from "@tvix-mesh/build";

/**
 * An expression for a derivation that runs `script` with the sandbox's /bin/sh; `busybox NAME …` in it runs another
 * command of the shell's program. `attributes` are more attributes, in Nix.
 */
export function shellDerivation(name: string, script: string, attributes = ""): string {
  const prelude = 'busybox() { (name=$1; shift; exec -a "$name" /bin/sh "$@"); };';
  const text = JSON.stringify(`${prelude} ${script}`).replaceAll("${", "\\${");
  const command = `builder = "/bin/sh"; args = [ "-c" ${text} ];`;
  return `derivation { name = "${name}"; system = "${machineSystem()}"; ${command} ${attributes} }`;
}
