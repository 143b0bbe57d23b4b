# ends: EXITED refused
import shutil
import subprocess
shutil.copy("/bin/sh", "mine")
os.chmod("mine", 0o4755)
print(subprocess.run(["./mine", "-p", "-c", "grep CapEff /proc/self/status"], capture_output=True).stdout)
for tool in ("su", "mount", "passwd", "chsh"):
    path = shutil.which(tool)
    if path and subprocess.run([path, "--bind", "/usr", "/work"] if tool == "mount" else [path],
            stdin=subprocess.DEVNULL, capture_output=True).returncode == 0:
        print("HARM", tool)
attempt(lambda: open("/proc/sys/kernel/hostname", "w"))
