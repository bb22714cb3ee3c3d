# category: builtins-strings
# checks: hashes of the empty string
# versions: 2.3+
map (a: builtins.hashString a "") [ "md5" "sha1" "sha256" "sha512" ]
