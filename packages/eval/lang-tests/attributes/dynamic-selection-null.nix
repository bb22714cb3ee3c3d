# category: attributes
# checks: null names nothing in a selection
# versions: 2.3+
{ a = 1; }.${null}
