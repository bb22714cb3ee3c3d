# category: attributes
# checks: several null names leave nothing behind
# versions: 2.3+
{ ${null} = 1; ${null} = 2; }
