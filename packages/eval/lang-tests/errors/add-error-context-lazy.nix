# category: errors
# checks: the message of addErrorContext isn't evaluated without an error
# versions: 2.3+
builtins.addErrorContext (throw "no") 1
