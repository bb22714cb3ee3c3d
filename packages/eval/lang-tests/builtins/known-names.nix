# category: builtins
# checks: the global names that need no prefix
# versions: 2.3+
map builtins.typeOf [ abort baseNameOf derivation dirOf fetchTarball import isNull map placeholder removeAttrs scopedImport throw toString true false null ]
