# category: strings
# checks: __toString wins over outPath, and may give another set that coerces
# versions: 2.3+
[ "${{ __toString = self: "s${self.x}"; x = "y"; outPath = "o"; }}" "${{ outPath = "o"; }}" "${{ __toString = _: { outPath = "p"; }; }}" ]
