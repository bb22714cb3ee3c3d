# category: builtins-strings
# checks: the separator is evaluated even if nothing needs it
# versions: 2.3+
(builtins.tryEval (builtins.concatStringsSep (throw "x") [ ])).success
