# category: strings
# checks: a string of many pieces
# versions: 2.3+
builtins.stringLength (builtins.concatStringsSep "" (builtins.genList (i: "0123456789") 10000))
