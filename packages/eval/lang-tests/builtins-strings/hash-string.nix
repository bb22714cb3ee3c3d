# category: builtins-strings
# checks: the four algorithms
# versions: 2.3+
map (a: builtins.hashString a "abc") [ "md5" "sha1" "sha256" "sha512" ]
