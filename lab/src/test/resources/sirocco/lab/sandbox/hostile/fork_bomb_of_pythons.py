# ends: EXITED refused
import subprocess
children = []
def forever():
    while True:
        children.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"]))
attempt(forever)
