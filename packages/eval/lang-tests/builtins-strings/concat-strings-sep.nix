# category: builtins-strings
# checks: separators stand between elements, also empty ones
# versions: 2.3+
[ (builtins.concatStringsSep ", " [ "a" "b" "" ]) (builtins.concatStringsSep "," [ ]) (builtins.concatStringsSep "" [ "a" "b" ]) (builtins.concatStringsSep "-" [ { outPath = "o"; } "x" ]) ]
