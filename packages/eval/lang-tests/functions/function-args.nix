# category: functions
# checks: functionArgs says which arguments have defaults
# versions: 2.3+
[ (builtins.functionArgs ({ a, b ? 1, ... }: a)) (builtins.functionArgs (x: x)) (builtins.functionArgs ({ }: 1)) (builtins.functionArgs builtins.map) ]
