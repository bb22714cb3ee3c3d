# category: flakes
# checks: paths have parameters of their own alone
# versions: 2.19+
# features: flakes
builtins.parseFlakeRef "path:/a?b=c"
