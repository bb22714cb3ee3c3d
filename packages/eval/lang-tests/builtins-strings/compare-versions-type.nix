# category: builtins-strings
# checks: versions are strings
# versions: 2.3+
builtins.compareVersions 1 "1"
