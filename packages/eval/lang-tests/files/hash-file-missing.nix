# category: files
# checks: the hash of a missing file
# versions: 2.3+
builtins.hashFile "sha256" ./fixtures/none
