# category: operators
# checks: two sets that coerce make a string
# versions: 2.3+
{ outPath = "a"; } + { outPath = "b"; }
