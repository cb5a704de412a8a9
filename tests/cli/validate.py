# SPDX-License-Identifier: MIT
"""Usage: validate.py SCHEMA LINES. Exit 77 without jsonschema, 1 when a line does not fit."""
import json
import sys

try:
    import jsonschema
except ImportError:
    sys.exit(77)

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
validator = jsonschema.validators.validator_for(schema)
validator.check_schema(schema)
validator = validator(schema)
with open(sys.argv[2], encoding="utf-8") as file:
    for number, line in enumerate(file, 1):
        for error in validator.iter_errors(json.loads(line)):
            sys.exit(f"line {number}: {error.message[:300]} at {list(error.absolute_path)}")
