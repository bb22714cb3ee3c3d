# category: builtins-attrs
# checks: zipAttrsWith evaluates its function even when there is nothing to zip
# versions: 2.3+
builtins.zipAttrsWith (throw "no") [ ]
