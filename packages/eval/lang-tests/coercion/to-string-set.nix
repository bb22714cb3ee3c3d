# category: coercion
# checks: a set without outPath or __toString has no text
# versions: 2.3+
toString { }
