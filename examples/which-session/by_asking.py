#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""by_asking.py PID...: the logon session of each process, LUID and GUID, and how that is known. Anybody may ask."""
import json
import subprocess
import sys

for pid in sys.argv[1:]:
    out = subprocess.run(["logon", "sessions", "--of", pid, "--json"], stdout=subprocess.PIPE, check=True).stdout
    answer = json.loads(out)
    print(pid, answer["logon_id"], answer["guid"], answer["basis"])
