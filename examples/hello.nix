# The smallest useful derivation: no nixpkgs, no inputs, only the sandbox's /bin/sh and what it has built in.
#
#   tvix build examples/hello.nix
#   nix-build examples/hello.nix
derivation {
  name = "hello";
  system = builtins.currentSystem;
  builder = "/bin/sh";
  args = [ "-c" "echo \"Hello from $out\" > $out" ];
}
