# category: context
# checks: discarding coerces
# versions: 2.3+
builtins.unsafeDiscardStringContext { outPath = "o"; }
