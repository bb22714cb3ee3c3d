# category: regex
# checks: match wants the whole string, and gives the groups
# versions: 2.3+
[ (builtins.match "ab" "abc") (builtins.match "abc" "abc") (builtins.match "a(b)(c)" "abc") (builtins.match "(.*)\\.nix" "a.nix") (builtins.match "" "") (builtins.match "a" "") ]
