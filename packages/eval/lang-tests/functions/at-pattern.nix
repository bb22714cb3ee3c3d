# category: functions
# checks: the whole argument has a name, before or behind the pattern
# versions: 2.3+
[ ((args@{ a, ... }: args.b + a) { a = 1; b = 2; }) (({ a, ... }@args: args.b + a) { a = 1; b = 2; }) ]
