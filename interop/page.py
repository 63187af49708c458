"""Runs the blocks of shell ("sh") and Python of a Markdown page, in its order, and compares what a block prints with the
block of plain text ("text") that follows it. Each starts in an empty folder, with the environment of this program, and meets the
server of AWS_ENDPOINT_URL where the page has the address of `athena-local serve`; CLONE is the folder of the repository.

Prints a line "ok ..." for each block that did as the page says, and exits with 1 at the first that did not.
"""

import os
import re
import subprocess
import sys
import tempfile

RUN = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}

text = open(sys.argv[1], encoding="utf-8").read().replace("http://127.0.0.1:8600", os.environ["AWS_ENDPOINT_URL"])
blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
environment = dict(os.environ, CLONE=os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
for (language, code), (following, shown) in zip(blocks, blocks[1:] + [("", "")]):
    if language not in RUN:
        continue
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(RUN[language] + [code], cwd=folder, env=environment, capture_output=True, text=True)
    first = next(line for line in code.splitlines() if line.strip())
    if done.returncode or following == "text" and done.stdout != shown:
        sys.exit(f"FAILED: the block that begins with {first!r} ended with {done.returncode} and printed\n{done.stdout}{done.stderr}")
    print("ok", language, "block:", first)
