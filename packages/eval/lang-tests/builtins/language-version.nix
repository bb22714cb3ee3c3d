# category: builtins
# checks: the version of the language
# versions: 2.3+
[ (builtins.langVersion >= 5) (builtins.isString builtins.nixVersion) (builtins.storeDir) ]
