# category: builtins-strings
# checks: toPath makes an absolute path text canonical
# versions: 2.3+
[ (builtins.toPath "/a//b/../c") ]
