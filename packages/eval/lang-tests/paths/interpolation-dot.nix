# category: paths
# checks: an interpolation after ./ is a path below the directory
# versions: 2.3+
let x = "y"; in [ (baseNameOf ./${x}) (baseNameOf ./${x}.nix) (baseNameOf ./a${x}) ]
