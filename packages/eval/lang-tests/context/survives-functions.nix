# category: context
# checks: which functions keep the context
# versions: 2.3+
let s = builtins.appendContext "a.b" { "/nix/store/00000000000000000000000000000000-a" = { path = true; }; }; in map builtins.hasContext [ (builtins.substring 0 1 s) (builtins.replaceStrings [ "a" ] [ "c" ] s) (builtins.concatStringsSep "," [ s ]) (toString [ s ]) (baseNameOf s) (builtins.toJSON { x = s; }) (builtins.head (builtins.match "(.).*" s)) (builtins.toXML s) (builtins.hashString "md5" s) ]
