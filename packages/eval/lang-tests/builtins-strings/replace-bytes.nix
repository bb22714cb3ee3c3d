# category: builtins-strings
# checks: patterns may be parts of characters' bytes
# versions: 2.3+
builtins.stringLength (builtins.replaceStrings [ (builtins.substring 0 1 "é") ] [ "xyz" ] "éaé")
