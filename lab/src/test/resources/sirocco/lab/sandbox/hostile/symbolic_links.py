# ends: EXITED refused
import shutil
for at, target in enumerate((canary, "/", "/etc", "/proc/1/root", "/usr")):
    os.symlink(target, "link%d" % at)
    attempt(lambda: open("link%d/harm" % at, "w"))
    attempt(lambda: shutil.rmtree("link%d/" % at))
os.symlink(canary + "/file", "file")
attempt(lambda: open("file", "r+"))
