# category: attributes
# checks: inherit of an undefined variable
# versions: 2.3+
{ inherit nowhere; }
