# category: operators
# checks: a set with __toString can stand left of a string
# versions: 2.3+
{ __toString = self: "s"; } + "t"
