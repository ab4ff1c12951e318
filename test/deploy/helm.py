# Renders deploy/helm/keyward with Helm itself, for deploy.test.ts. Argument: the chart. Standard input: a list of values, as
# JSON. Standard output: what lint says, and of each the manifests, or why there are none.
import json
import sys

import helm_python as helm

chart = sys.argv[1]


def rendered(values):
    try:
        with helm.Chart.load(chart) as loaded:
            loaded.validate_schema(values)
            return {"manifests": list(loaded.render(values, name="kw").values())}
    except helm.HelmError as error:
        return {"refused": str(error)}


json.dump(
    {"lint": helm.lint(chart)["errors"], "rendered": [rendered(each) for each in json.load(sys.stdin)]},
    sys.stdout,
)
