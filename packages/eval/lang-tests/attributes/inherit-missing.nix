# category: attributes
# checks: an inherited name that the source lacks is missing
# versions: 2.3+
{ inherit ({ }) a; }
