# category: regex
# checks: alternatives compete for the longest match, repeats are greedy
# versions: 2.3+
[ (builtins.split "(a|ab)" "ab") (builtins.split "a?(ab)?" "ab") (builtins.split "(|a)" "aa") ]
