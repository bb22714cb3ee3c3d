# category: functions
# checks: functionArgs doesn't look into functors
# versions: 2.3+
builtins.functionArgs { __functor = self: { a }: a; }
