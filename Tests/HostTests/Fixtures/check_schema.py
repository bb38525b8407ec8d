"""Holds configs against the schema with another program's eyes.

    ESPALIER_SCHEMA=/tmp/schema.json swift test --filter HostTests.SchemaTests
    pip install jsonschema ruamel.yaml
    python check_schema.py /tmp/schema.json

What `config show` writes must pass. Of the wrong configs, only those may pass that are wrong for a
reason that no schema can tell: combinations, `--set`, the environment, other files.
"""
import glob
import json
import os
import sys

import jsonschema
from ruamel.yaml import YAML

folder = os.path.dirname(os.path.abspath(__file__))
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
reader = YAML(typ="safe", pure=True)
failed = False
for path in sorted(glob.glob(folder + "/show/*.yaml")):
    for error in validator.iter_errors(reader.load(open(path))):
        failed = True
        print(os.path.basename(path), error.message[:200])
beyond = ("batch_", "environment_", "include_", "layer_name_twice", "metric_", "monitor_", "not_shuf",
          "refused", "set_", "split_takes", "type_nan", "type_underscore")
for path in sorted(glob.glob(folder + "/wrong/*.yaml")):
    name = os.path.basename(path)
    try:
        value = reader.load(open(path))
    except Exception:
        continue
    if validator.is_valid(value) and not name.startswith(beyond):
        failed = True
        print(name, "passes")
sys.exit(failed)
