# category: evaluation-order
# checks: parts of a string are evaluated from left to right
# versions: 2.3+
(builtins.tryEval "${throw "x"}${1}").success
