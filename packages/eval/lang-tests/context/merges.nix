# category: context
# checks: contexts join in concatenations and interpolations
# versions: 2.3+
let c = n: builtins.appendContext n { "/nix/store/00000000000000000000000000000000-${n}" = { path = true; }; }; in builtins.attrNames (builtins.getContext "${c "a"}-${c "b"}${"c" + c "c"}")
