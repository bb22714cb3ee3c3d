# category: builtins-strings
# checks: substring with starts and lengths beyond the end
# versions: 2.3+
[ (builtins.stringLength "") (builtins.stringLength "abc") (builtins.substring 0 2 "abc") (builtins.substring 1 100 "abc") (builtins.substring 3 1 "abc") (builtins.substring 10 1 "abc") (builtins.substring 1 (-1) "abc") (builtins.substring 0 0 "abc") ]
