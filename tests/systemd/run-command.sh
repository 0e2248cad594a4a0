#!/bin/bash
# SPDX-License-Identifier: MIT
# In the container: runs the command that boot.sh wrote down, and writes down how it ended.
mapfile -t command </result/command
"${command[@]}"
echo $? >/result/status.new
journalctl --no-pager --sync; journalctl --no-pager -o short-monotonic >/result/journal 2>&1
mv /result/status.new /result/status
