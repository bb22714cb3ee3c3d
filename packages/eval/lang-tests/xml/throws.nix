# category: xml
# checks: what is thrown inside can be caught
# versions: 2.3+
(builtins.tryEval (builtins.toXML { a = [ (throw "x") ]; })).success
