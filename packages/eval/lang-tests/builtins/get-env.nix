# category: builtins
# checks: getEnv of a variable that isn't set
# versions: 2.3+
builtins.getEnv "SURELY_NOT_SET_ANYWHERE"
