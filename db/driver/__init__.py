"""MongoDB's driver. Before it is imported: motor asks for the number of its threads only then."""

import os

os.environ.setdefault("MOTOR_MAX_WORKERS", "20")
