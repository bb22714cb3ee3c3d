# category: xml
# checks: functions show their patterns
# versions: 2.3+
builtins.toXML [ (x: x) ({ a, b ? 1 }: a) ({ a, ... }: a) (args@{ a, ... }: a) ({ }: 1) builtins.map ]
