# category: builtins-strings
# checks: dirOf of what ends in a slash
# versions: 2.3+
map dirOf [ "/a/" "a/b/" "//a" "/" ]
