# category: laziness
# checks: only the chosen attribute is evaluated
# versions: 2.3+
{ a = throw "no"; b = 1; }.b
