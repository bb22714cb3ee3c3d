# A derivation that runs `script` with the sandbox's /bin/sh. Every other argument becomes an environment variable.
# What a shell has not built in comes from the static busybox: `tool mkdir`, `tool cp`. It goes by the name that it is
# called with, and a store path's name begins with a hash, hence `exec -a`.
{ system, busybox }:
{ script, ... }@arguments:
derivation (
  builtins.removeAttrs arguments [ "script" ]
  // {
    inherit system;
    builder = "/bin/sh";
    args = [
      "-euc"
      ''
        tool() { (exec -a busybox ${busybox} "$@"); }
        . ${script}
      ''
    ];
  }
)
