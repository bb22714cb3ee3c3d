# category: evaluation-order
# checks: scopedImport evaluates its path before its scope
# versions: 2.3+
builtins.tryEval (builtins.scopedImport 1 (throw "path"))
