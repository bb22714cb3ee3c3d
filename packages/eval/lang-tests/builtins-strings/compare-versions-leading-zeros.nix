# category: builtins-strings
# checks: components that are numbers compare as numbers
# versions: 2.3+
builtins.compareVersions "1.007" "1.7"
