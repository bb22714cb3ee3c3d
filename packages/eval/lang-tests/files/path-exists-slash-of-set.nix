# category: files
# checks: a slash at the end of what a set is coerced to doesn't ask for a directory
# versions: 2.20+
[ (builtins.pathExists { outPath = toString ./fixtures/text.txt + "/"; }) (builtins.pathExists { __toString = self: toString ./fixtures + "/"; }) (builtins.pathExists { outPath = toString ./fixtures/none + "/"; }) ]
