# category: builtins-strings
# checks: hashes of text beyond ASCII are those of its bytes
# versions: 2.3+
builtins.hashString "sha256" "é😀"
