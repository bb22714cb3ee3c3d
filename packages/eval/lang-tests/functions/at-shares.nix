# category: functions
# checks: the whole argument is the very set that was given
# versions: 2.3+
let s = { a = 1; f = x: x; }; in (args@{ ... }: args.f args.a) s
