# category: coercion
# checks: outPath may itself be a set that coerces
# versions: 2.3+
toString { outPath = { outPath = "deep"; }; }
