# category: files
# checks: hashFile of a file's bytes
# versions: 2.3+
[ (builtins.hashFile "sha256" ./fixtures/text.txt) (builtins.hashFile "md5" ./fixtures/text.txt) ]
