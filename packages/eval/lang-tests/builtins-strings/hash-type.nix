# category: builtins-strings
# checks: hashString wants a string
# versions: 2.3+
builtins.hashString "sha256" 1
