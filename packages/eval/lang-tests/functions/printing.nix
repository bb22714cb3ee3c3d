# category: functions
# checks: functions and built-ins print as placeholders
# versions: 2.3-2.19
[ (x: x) builtins.map (builtins.map (x: x)) ({ a }: a) ]
