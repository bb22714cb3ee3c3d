# category: functions
# checks: built-ins have no named arguments
# versions: 2.3+
[ (builtins.functionArgs builtins.add) (builtins.functionArgs (builtins.add 1)) ]
