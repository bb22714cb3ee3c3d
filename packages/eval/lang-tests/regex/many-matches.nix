# category: regex
# checks: thousands of matches
# versions: 2.3+
builtins.length (builtins.split "," (builtins.concatStringsSep "," (builtins.genList toString 2000)))
