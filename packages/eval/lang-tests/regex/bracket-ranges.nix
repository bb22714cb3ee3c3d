# category: regex
# checks: ranges, negation and a dash at the ends
# versions: 2.3+
map (p: builtins.match p "-") [ "[a-z-]" "[-a]" "[^a-z]" "[+--]" "[a-]" ]
