# category: files
# checks: pathExists takes absolute strings alone
# versions: 2.3+
builtins.pathExists "fixtures"
