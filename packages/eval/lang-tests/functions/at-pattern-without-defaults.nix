# category: functions
# checks: the whole argument lacks the defaults
# versions: 2.3+
(args@{ a ? 1, b }: builtins.attrNames args) { b = 2; }
