"""What a typed answer covers of a question's key points: pure Python, offline, advisory."""

import os

# A request has one core to itself. A second thread of numpy's would wait for work by spinning,
# and double what an answer costs. Read when numpy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
